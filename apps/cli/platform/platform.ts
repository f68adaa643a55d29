import type { FormatRaise, FormatView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';

interface Output {
  readonly json: boolean;
}

export interface RaiseOptions extends Output {
  readonly to?: number;
}

/** Prints in which format events are written, and which format each process reads. */
export const showFormat = async ({ api, terminal }: Context, { json }: Output): Promise<ExitCode> => {
  const view = await api.get<FormatView>('/v1/platform/format');
  for (const line of json ? [JSON.stringify(view)] : replicaLines(view)) terminal.data(line);
  if (!json) terminal.note(formatText(view));
  return EXIT.ok;
};

/** From then on events are written in newer versions. Refused while a process is there that could not read them. */
export const raiseFormat = async ({ api, terminal }: Context, { to, json }: RaiseOptions): Promise<ExitCode> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(to === undefined ? {} : { format: to });
  const raised = (await (await api.call('/v1/platform/format', { method: 'POST', headers, body })).json()) as FormatRaise;
  if (json) terminal.data(JSON.stringify(raised));
  else if (raised.position === null) terminal.note(`events are written in format ${raised.format} already`);
  else terminal.note(`events are written in format ${raised.format} from position ${raised.position} on; there is no way back`);
  return EXIT.ok;
};

export const replicaLines = ({ replicas }: FormatView): string[] =>
  replicas.length === 0
    ? []
    : tableLines(
        ['SERVICE', 'REPLICA', 'RELEASE', 'READS UP TO'],
        replicas.map(({ service, replica, release, reads }) => [service, replica, release, String(reads)]),
      );

export const formatText = ({ format, newest }: FormatView): string =>
  format >= newest
    ? `events are written in format ${format}; this release knows no newer one`
    : `events are written in format ${format}; this release knows ${newest}: berth platform raise-format`;
