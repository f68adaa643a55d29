import type { Command } from 'commander';
import type { HostChange } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';

/** Makes `berth hosts …` of an empty command. What it runs is loaded when it is asked for. */
export const hostsCommand = (hosts: Command, contextOf: () => Context, end: (code: ExitCode) => void): void => {
  const load = () => import('./change.ts');
  hosts
    .description('print the hosts: whether they live, what they have and hold')
    .option('--json', 'one JSON object, the progress on stderr', false)
    .action(async (given) => end(await (await import('./list.ts')).listHosts(contextOf(), given)));
  const waiting = (name: string, says: string): Command =>
    hosts
      .command(name)
      .description(says)
      .argument('<host>', 'as `berth hosts` names it')
      .option('--detach', 'do not wait until it is done', false)
      .option('--timeout <time>', 'wait so long; what was asked for goes on afterwards', '15m');
  const changing = (command: Command, changeOf: (given: { readonly force?: boolean }) => HostChange): Command =>
    command.action(async (host: string, _: unknown, ran: Command) => {
      const given = ran.optsWithGlobals();
      end(await (await load()).changeHost(contextOf(), host, changeOf(given), given as never));
    });
  changing(waiting('cordon', 'give it no new containers; those that run stay'), () => ({ kind: 'cordon' }));
  changing(waiting('uncordon', 'give it new containers again'), () => ({ kind: 'uncordon' }));
  changing(waiting('drain', 'move its containers away, each once its replacement is healthy'), () => ({ kind: 'drain' }));
  changing(waiting('reboot', 'drain it, restart the machine, and give it containers again'), () => ({ kind: 'reboot' }));
  changing(waiting('declare-lost', 'say that the machine is dead: its containers get replacements now'), () => ({ kind: 'declare-lost' }));
  changing(
    waiting('rm', 'drain it and take it out of the fleet').option('--force', 'at once, though it holds containers', false),
    ({ force = false }) => ({ kind: 'remove', force }),
  );
  waiting('tag', 'add and take tags: +ssd -old; what runs is left alone, and what no longer fits is named')
    .argument('<tags...>', '+ssd adds it, -ssd takes it')
    // `-hdd` is a tag.
    .helpOption('--help', 'print this')
    .allowUnknownOption()
    .action(async (host: string, tags: readonly string[], _: unknown, ran: Command) => {
      end(await (await load()).changeHost(contextOf(), host, tagChange(tags), ran.optsWithGlobals() as never));
    });
  hosts
    .command('group')
    .description('print the groups; or give one its tags, which all its hosts have besides their own')
    .argument('[group]', 'its name; it needs no host yet')
    .option('--tag <tag...>', 'all its tags')
    .option('--clear', 'take all its tags', false)
    .action(async (group: string | undefined, _: unknown, ran: Command) => {
      end(await (await import('./group.ts')).tagGroup(contextOf(), group, ran.optsWithGlobals()));
    });
  hosts
    .command('invite')
    .description('print what to run for another machine to join')
    .argument('[host]', 'its name (default: the next free one of the group)')
    .option('--group <group>', 'the group that it belongs to')
    .option('--broker <address>', 'where it reaches the broker, for example broker.example.com:5671')
    .action(async (host: string | undefined, _: unknown, ran: Command) => {
      end(await (await import('./invite.ts')).invite(contextOf(), host, ran.optsWithGlobals()));
    });
};

const tagChange = (tags: readonly string[]): HostChange => {
  const wrong = tags.find((tag) => !/^[+-][^\s,]{1,100}$/.test(tag));
  if (wrong !== undefined) throw new Exit(EXIT.usage, `read the tags: ${wrong}: write +ssd to add a tag, -ssd to take it`);
  const of = (sign: string): string[] => tags.filter((tag) => tag.startsWith(sign)).map((tag) => tag.slice(1));
  return { kind: 'tag', add: of('+'), remove: of('-') };
};
