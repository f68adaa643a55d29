import { type BerthEvent, type EventId, laneOf, subjectOf } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { evolveWorld } from '#libs/domain/stack';
import type { State, Written } from './state.ts';

/** The state with these events at the end of its log. */
export const appended = (state: State, events: readonly Decided[]): State => events.reduce(appendOne, state);

/** From the first event on. */
export const eventsOf = (written: Written | null): readonly BerthEvent[] => {
  const events: BerthEvent[] = [];
  for (let each = written; each !== null; each = each.before) events.push(each.event);
  return events.reverse();
};

const appendOne = (state: State, { stream, type, data }: Decided): State => {
  const { world, written, now } = state;
  const position = world.position + 1;
  const lane = laneOf(subjectOf(data));
  const event = {
    ...{ id: idOf(position), type, data, actor: 'search', correlation: 'search', causation: null },
    ...{ v: 1, stream, version: (world.versions.get(stream) ?? 0) + 1, incarnation: 1, position },
    ...{ lane, laneNo: newestIn(lane, written) + 1, at: now },
  } as BerthEvent;
  return { ...state, world: evolveWorld(world, event), written: { event, before: written } };
};

const newestIn = (lane: number, written: Written | null): number => {
  for (let each = written; each !== null; each = each.before) if (each.event.lane === lane) return each.event.laneNo;
  return 0;
};

const idOf = (position: number): EventId => `00000000-0000-7000-8000-${position.toString(16).padStart(12, '0')}` as EventId;
