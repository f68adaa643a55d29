import type { IncarnationBegun } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

export interface IncarnationOptions {
  readonly reason: string;
  readonly json: boolean;
}

/** Tells everybody that the log is not the one that it was: what was told beyond its end is dropped, and all is told anew. */
export const raiseIncarnation = async ({ api, terminal }: Context, { reason, json }: IncarnationOptions): Promise<ExitCode> => {
  const headers = { 'content-type': 'application/json' };
  const answer = await api.call('/v1/platform/incarnation', { method: 'POST', headers, body: JSON.stringify({ reason }) });
  const begun = (await answer.json()) as IncarnationBegun;
  if (json) terminal.data(JSON.stringify(begun));
  else terminal.note(begunText(begun));
  return EXIT.ok;
};

export const begunText = ({ incarnation, position, until }: IncarnationBegun): string =>
  `incarnation ${incarnation} began at position ${position}: what was told beyond position ${until.position} of incarnation ${until.incarnation} is dropped, and all is told anew`;
