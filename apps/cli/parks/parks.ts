import type { ParkView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { ageText } from '../print/times.ts';

export interface ParksOptions {
  readonly json: boolean;
}

/** Prints for which stacks a service decides nothing, and why. */
export const parks = async ({ api, clock, terminal }: Context, { json }: ParksOptions): Promise<ExitCode> => {
  const answer = await (await api.call('/v1/parks', {})).json();
  const { parks: known } = answer as { parks: readonly ParkView[] };
  for (const line of json ? [JSON.stringify({ parks: known })] : parkLines(known, clock.now())) terminal.data(line);
  if (known.length === 0 && !json) terminal.note('nothing is parked');
  return EXIT.ok;
};

/** Lets a service decide for a stack again. */
export const unpark = async ({ api, terminal }: Context, consumer: string, stack: string, { json }: ParksOptions): Promise<ExitCode> => {
  const path = `/v1/parks/${encodeURIComponent(consumer)}/${encodeURIComponent(stack)}`;
  const answer = (await (await api.call(path, { method: 'DELETE' })).json()) as ParkView & { position: number };
  if (json) terminal.data(JSON.stringify(answer));
  else terminal.note(`${consumer} decides for ${stack} again; it had stopped with: ${answer.error}`);
  return EXIT.ok;
};

const parkLines = (known: readonly ParkView[], now: number): string[] =>
  tableLines(
    ['SERVICE', 'STACK', 'AGE', 'EVENT', 'WHY'],
    known.map(({ consumer, stack, since, event, error }) => [consumer, stack, ageText(now - since), event, error.replaceAll(/\s+/g, ' ')]),
  );
