import type { Ids } from '#libs/clock';
import { type AnyNewEvent, type EventData, type EventType, type StackName, streams, Transient } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';

type WishType = Extract<EventType, 'ScaleRequested' | 'MovesRequested'>;
export type WishData = { [T in WishType]: { readonly type: T; readonly data: EventData<T> } }[WishType];

/** Others may append to the same stream meanwhile. */
const ATTEMPTS = 20;

/** Writes what a person wishes of a stack, all of it or nothing, and gives the position of the first. */
export const appendWishes = async (
  { log, ids }: { readonly log: EventLog; readonly ids: Ids },
  stack: StackName,
  wishes: readonly WishData[],
  actor: string,
): Promise<number> => {
  const stream = streams.requests(stack);
  const events = wishes.map(({ type, data }) => {
    const id = ids.event();
    return { stream, event: { id, type, data, actor, correlation: id, causation: null } as AnyNewEvent };
  });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { incarnation } = await log.head();
    const [newest] = await log.read({ stream, order: 'newest', limit: 1 });
    const [result] = await log.append([{ incarnation, expected: { [stream]: newest?.version ?? 0 }, events }]);
    if (result?.status === 'appended' || result?.status === 'already') return Math.min(...result.positions);
    if (result?.status === 'refused') throw new Error(`append wishes to ${stream}: ${result.reason}`);
  }
  throw new Transient(`append wishes to ${stream}: others were faster ${ATTEMPTS} times`);
};
