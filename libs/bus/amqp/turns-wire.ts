import { z } from 'zod';
import { LANES, Rejected, type StackName, stackName } from '#libs/contracts';
import type { Turn } from '../turns.ts';

/** Says of events of one lane that they are in the log, and no more. */
export const TURNS = 'application/vnd.berth.turns+json';

interface Notice {
  readonly incarnation: number;
  readonly lane: number;
  /** The position of each, with the stack that it concerns; null: all of them. */
  readonly turns: readonly (readonly [position: number, stack: StackName | null])[];
}

export const encodeTurns = (notice: Notice): Buffer => Buffer.from(JSON.stringify(notice));

/** Reads what `encodeTurns` wrote, parsed; throws `Rejected` when it is something else. */
export const readTurns = (value: unknown): readonly Turn[] => {
  const parsed = notice.safeParse(value);
  if (!parsed.success) throw new Rejected(`read turns: ${z.prettifyError(parsed.error)}`);
  const { incarnation, lane, turns } = parsed.data;
  return turns.map(([position, stack]) => ({ incarnation, lane, position, data: stack === null ? {} : { stack } }));
};

const number = z.int().positive();
const notice = z.object({
  incarnation: number,
  lane: z
    .int()
    .min(0)
    .max(LANES - 1),
  turns: z.array(z.tuple([number, stackName.nullable()])),
});
