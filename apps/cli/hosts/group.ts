import type { GroupTagged, GroupView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { unfitLines } from './unfit.ts';

interface GroupOptions {
  readonly json: boolean;
  readonly tag?: readonly string[];
  readonly clear?: boolean;
}

/** Prints the groups, or gives one its tags. */
export const tagGroup = async (context: Context, group: string | undefined, options: GroupOptions): Promise<ExitCode> => {
  const { tag = [], clear = false } = options;
  if (clear && tag.length > 0) throw new Exit(EXIT.usage, 'read the tags: give --tag or --clear, not both');
  if (tag.length === 0 && !clear) return printGroups(context, group, options.json);
  if (group === undefined)
    throw new Exit(EXIT.usage, 'read the tags: name the group that has them: berth hosts group aws-prod --tag region:eu');
  const headers = { 'content-type': 'application/json' };
  const path = `/v1/groups/${encodeURIComponent(group)}`;
  const answer = await context.api.call(path, { method: 'PUT', headers, body: JSON.stringify({ tags: tag }) });
  const tagged = (await answer.json()) as GroupTagged;
  if (options.json) context.terminal.data(JSON.stringify(tagged));
  else for (const line of [taggedText(tagged), ...unfitLines(tagged.unfit)]) context.terminal.data(line);
  return EXIT.ok;
};

const printGroups = async ({ api, terminal }: Context, wanted: string | undefined, json: boolean): Promise<ExitCode> => {
  const { groups } = await api.get<{ groups: readonly GroupView[] }>('/v1/groups');
  const named = groups.filter(({ group }) => wanted === undefined || group === wanted);
  for (const line of json ? [JSON.stringify({ groups: named })] : groupLines(named)) terminal.data(line);
  if (named.length === 0 && !json) terminal.note(wanted === undefined ? 'no group yet' : `no group is called ${wanted}`);
  return EXIT.ok;
};

const groupLines = (groups: readonly GroupView[]): string[] =>
  groups.length === 0
    ? []
    : tableLines(
        ['GROUP', 'HOSTS', 'TAGS'],
        groups.map(({ group, hosts, tags }) => [group, hosts.join(',') || '-', tags.join(',')]),
      );

const taggedText = ({ group, tags, hosts }: GroupTagged): string =>
  `hosts of ${group} have ${tags.length === 0 ? 'no tags of it' : tags.join(', ')} from the next placement on: ${hosts.join(', ') || 'none joined yet'}`;
