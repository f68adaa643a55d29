import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.ts';
import { EXIT, Exit, type ExitCode } from './exit.ts';
import { hostsCommand } from './hosts/command.ts';

interface ProgramOptions {
  /** Made only by a command that runs, so that help needs no settings. */
  readonly contextOf: () => Context;
  readonly write: (text: string) => void;
  readonly note: (text: string) => void;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 unexpected, 2 usage or manifest, 3 deployment failed and the old version serves on, 5 waiting ended,
6 conflict, 7 token, 8 Berth can't be reached, 9 no host can take a container.
Settings: BERTH_URL, BERTH_TOKEN or BERTH_TOKEN_FILE or BERTH_HOME, BERTH_ENGINE.`;

/** Reads the arguments, runs the command they name and gives the exit code. Commands are loaded when they are asked for. */
export const runProgram = async (args: readonly string[], options: ProgramOptions): Promise<ExitCode> => {
  let code: ExitCode = EXIT.ok;
  const program = programOf(options, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error, options.note);
  }
};

const programOf = ({ contextOf, write, note }: ProgramOptions, end: (code: ExitCode) => void): Command => {
  const program = new Command('berth')
    .description('Deploys versions of an application to your own hosts, and can say why.')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: note })
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(berth --help says more)');
  program
    .command('deploy')
    .description('build and deploy the compose.yaml here')
    .option('-f, --file <path>', 'the manifest (default: compose.yaml)')
    .option('--detach', 'do not wait for the end', false)
    .option('--json', 'one JSON object on stdout, the progress on stderr', false)
    .option('--timeout <time>', 'wait so long; the deployment goes on afterwards', '15m')
    .option('--idempotency-key <key>', 'the same key and body lead to the same deployment (default: a new one)', key)
    .option('--plan <token>', 'as `berth plan` printed it: do nothing if something else would come of it by now')
    .action(async (given) => end(await (await import('./deploy/deploy.ts')).deploy(contextOf(), given)));
  program
    .command('events')
    .description('print the log')
    .option('--stack <name>', 'only of this stack')
    .option('--type <type...>', 'only of these types, for example VersionPromoted')
    .option('--stream <name>', 'only of this stream, for example stack/shop')
    .option('--host <name>', 'only what names this host')
    .option('--container <id>', 'only what names this container')
    .option('--actor <name>', 'only by this one, for example deployer or token:operator')
    .option('--correlation <id>', 'only what this began, for example a deployment')
    .option('--causation <id>', 'only what this event led to')
    .option('--since <time>', 'only since then: 10m, 2026-11-21T14:00:00Z')
    .option('--until <time>', 'only before then')
    .option('--after <position>', 'only of a higher position', wholeNumber)
    .option('--before <position>', 'only of a lower position', wholeNumber)
    .option('--newest', 'begin with the newest', false)
    .option('--limit <count>', 'at most so many (default: 100, at most 1000)', wholeNumber)
    .option('--follow', 'go on with what happens', false)
    .option('--json', 'one CloudEvent a line', false)
    .action(async (given) => end(await (await import('./events/events.ts')).events(contextOf(), given)));
  program
    .command('ps')
    .description('print the containers')
    .option('--stack <name>', 'only of this stack')
    .option('--min-position <position>', 'wait until the log is known up to here', wholeNumber)
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await import('./ps/ps.ts')).ps(contextOf(), given)));
  program
    .command('plan')
    .description('print what a deployment, or something else, would lead to; nothing is built or done')
    .option('-f, --file <path>', 'the manifest (default: compose.yaml, where nothing else is tried)')
    .option('--without-host <name>', 'if this host were lost; may be given again', several, [])
    .option('--tag <host=tags>', 'if this host had these tags: h2=gpu, h2=gpu,-ssd; may be given again', several, [])
    .option('--scale <service=count>', 'if so many ran: web=10, api=+2; may be given again', several, [])
    .option('--stack <name>', 'whose services are scaled (default: that of the compose.yaml here)')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await import('./plan/plan.ts')).plan(contextOf(), given)));
  program
    .command('scale')
    .description('run more or fewer containers of services, until the manifest asks for another number')
    .argument('<service=count...>', 'web=5, api=+2, worker=-1')
    .option('--stack <name>', 'of this stack (default: that of the compose.yaml here)')
    .option('--detach', 'do not wait until they are there', false)
    .option('--timeout <time>', 'wait so long; it goes on afterwards', '15m')
    .option('--json', 'one JSON object on stdout, the progress on stderr', false)
    .action(async (wishes, given) => end(await (await import('./scale/scale.ts')).scale(contextOf(), wishes, given)));
  program
    .command('rebalance')
    .description('print which moves would make the fleet more even; or make them, each once its replacement is healthy')
    .addOption(new Option('--plan', 'print them and do nothing (default)').conflicts('apply'))
    .option('--apply', 'make them', false)
    .option('--max <count>', 'at most so many (default: 10)', wholeNumber)
    .option('--stack <name>', 'only of this stack')
    .option('--detach', 'do not wait until they are made', false)
    .option('--timeout <time>', 'wait so long; they go on afterwards', '15m')
    .option('--json', 'one JSON object on stdout, the rest on stderr', false)
    .action(async (given) => end(await (await import('./rebalance/rebalance.ts')).rebalance(contextOf(), given)));
  program
    .command('parks')
    .description('print for which stacks a service decides nothing, and why')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await import('./parks/parks.ts')).parks(contextOf(), given)));
  program
    .command('unpark')
    .description('let a service decide for a stack again')
    .argument('<service>', 'as `berth parks` names it')
    .argument('<stack>', 'as `berth parks` names it')
    .option('--json', 'one JSON object', false)
    .action(async (service, stack, given) => end(await (await import('./parks/parks.ts')).unpark(contextOf(), service, stack, given)));
  const audit = program.command('audit').description('look after the log');
  audit
    .command('verify')
    .description('find any row of the log that was changed, removed or moved')
    .option('--anchor <anchor...>', 'a head that an earlier audit printed, kept outside the database', [])
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await import('./audit/audit.ts')).verify(contextOf(), given)));
  audit
    .command('incarnation')
    .description('say that the log is not the one that it was')
    .command('raise')
    .description('drop what was told beyond the end of the log, and tell everybody anew: after an older backup was put in its place')
    .requiredOption('--reason <words>', 'why, for the log')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await import('./audit/incarnation.ts')).raiseIncarnation(contextOf(), given)));
  program
    .command('why')
    .description('say why something happened, and what it led to')
    .argument('<id>', 'of an event, a container or a deployment, or a position')
    .option('--json', 'one JSON object', false)
    .action(async (id, given) => end(await (await import('./why/why.ts')).why(contextOf(), id, given)));
  program
    .command('at')
    .description('print what was true then')
    .argument('<moment>', 'a position (4711), a time (2026-11-21T14:00:00Z) or a version (shop@3)')
    .addArgument(new Argument('<view>', 'what to print').choices(['ps', 'names', 'routes']))
    .option('--stack <name>', 'only of this stack')
    .option('--json', 'one JSON object', false)
    .action(async (moment, view, given) => end(await (await import('./at/at.ts')).at(contextOf(), moment, view, given)));
  program
    .command('diff')
    .description('print what is another at two moments, or of two versions')
    .argument('<from>', 'a position, a time or a version (shop@3)')
    .argument('<to>', 'a position, a time or a version (shop@4)')
    .option('--stack <name>', 'only of this stack')
    .option('--json', 'one JSON object', false)
    .action(async (from, to, given) => end(await (await import('./diff/diff.ts')).diff(contextOf(), from, to, given)));
  hostsCommand(program.command('hosts'), contextOf, end);
  program.addCommand(archiveCommand(contextOf, end));
  program.addCommand(platformCommand(contextOf, end));
  program.addCommand(webhooksCommand(contextOf, end));
  program.addCommand(deadLettersCommand(contextOf, end));
  program
    .command('schema')
    .description('print the JSON schema of a compose.yaml, for editors')
    .action(async () => {
      write((await import('./schema/schema.ts')).schemaText());
      end(EXIT.ok);
    });
  return program;
};

const archiveCommand = (contextOf: ProgramOptions['contextOf'], end: (code: ExitCode) => void): Command => {
  const load = () => import('./archive/archive.ts');
  const archive = new Command('archive')
    .description('print which old ranges of the log are in files')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await load()).listArchive(contextOf(), given)));
  archive
    .command('write')
    .description('write what is old to files; nothing leaves the table')
    .requiredOption('--before <moment>', 'a position, a time, or so long ago: 4711, 2026-10-01, 30d')
    .action(async (_, command) => end(await (await load()).writeArchive(contextOf(), command.optsWithGlobals())));
  archive
    .command('verify')
    .description('read all files, and find any that is damaged or missing')
    .action(async (_, command) => end(await (await load()).verifyArchive(contextOf(), command.optsWithGlobals())));
  archive
    .command('cut')
    .description('take out of the table what is in files, but for the last 7 days')
    .action(async (_, command) => end(await (await load()).cutArchive(contextOf(), command.optsWithGlobals())));
  archive
    .command('show')
    .description('print the events of a file')
    .argument('<file>', 'as `berth archive` names it')
    .action(async (file, _, command) => end(await (await load()).showArchive(contextOf(), file, command.optsWithGlobals())));
  return archive;
};

const platformCommand = (contextOf: ProgramOptions['contextOf'], end: (code: ExitCode) => void): Command => {
  const load = () => import('./platform/platform.ts');
  const platform = new Command('platform').description('look after what concerns all of Berth');
  platform
    .command('format')
    .description('print in which format events are written, and which each process reads')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await load()).showFormat(contextOf(), given)));
  platform
    .command('raise-format')
    .description('write events in newer versions from now on; refused while a process is there that could not read them')
    .option('--to <format>', 'no newer ones than this (default: the newest that the gateway knows)', wholeNumber)
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await load()).raiseFormat(contextOf(), given)));
  return platform;
};

const webhooksCommand = (contextOf: ProgramOptions['contextOf'], end: (code: ExitCode) => void): Command => {
  const load = () => import('./webhooks/webhooks.ts');
  const webhooks = new Command('webhooks').description('send events to an address as they happen');
  webhooks
    .command('add')
    .description('send what matches from now on; prints the secret that signs it, this once')
    .argument('<url>', 'where to send it')
    .option('--stack <name>', 'only of this stack')
    .option('--type <type...>', 'only of these types')
    .option('--stream <name>', 'only of this stream')
    .option('--host <name>', 'only what names this host')
    .option('--container <id>', 'only what names this container')
    .option('--actor <name>', 'only by this one')
    .option('--after <position>', 'send what is of a higher position', wholeNumber)
    .option('--secret-file <path>', 'sign with the secret in this file (whsec_…)')
    .option('--json', 'one JSON object', false)
    .action(async (url, given) => end(await (await load()).addWebhook(contextOf(), url, given)));
  webhooks
    .command('ls')
    .description('print where events are sent, how far each has come and what hinders it')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await load()).listWebhooks(contextOf(), given)));
  webhooks
    .command('rm')
    .description('send nothing more, and erase the secret')
    .argument('<id>', 'as `berth webhooks ls` names it')
    .option('--json', 'one JSON object', false)
    .action(async (id, given) => end(await (await load()).removeWebhook(contextOf(), id, given)));
  return webhooks;
};

const deadLettersCommand = (contextOf: ProgramOptions['contextOf'], end: (code: ExitCode) => void): Command => {
  const load = () => import('./dead-letters/dead-letters.ts');
  const deadLetters = new Command('dead-letters').description('messages that nobody could take');
  deadLetters
    .command('ls', { isDefault: true })
    .description('print them with the reason, the newest first')
    .option('--json', 'one JSON object', false)
    .action(async (given) => end(await (await load()).listDeadLetters(contextOf(), given)));
  const one = (name: string): Command =>
    deadLetters.command(name).argument('<id>', 'as `berth dead-letters` names it').option('--json', 'one JSON object', false);
  one('show')
    .description('print one, and the shape of its body: values that may be secret are left out')
    .action(async (id, given) => end(await (await load()).showDeadLetter(contextOf(), id, given)));
  one('put-back')
    .description('have it tried again where it died')
    .action(async (id, given) => end(await (await load()).putBackDeadLetter(contextOf(), id, given)));
  one('drop')
    .description('forget one')
    .action(async (id, given) => end(await (await load()).dropDeadLetter(contextOf(), id, given)));
  return deadLetters;
};

const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];

const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
};

const key = (text: string): string => {
  if (!/^[\x20-\x7e]{1,255}$/.test(text)) throw new InvalidArgumentError('Use 1 to 255 printable ASCII characters.');
  return text;
};

const exitCodeOf = (error: unknown, note: (text: string) => void): ExitCode => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Exit) {
    note(`berth: ${error.message}\n`);
    return error.code;
  }
  note(`berth: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.unexpected;
};
