import type { BerthEvent, Generation } from '#libs/contracts';
import type { EventLog } from './event-log.ts';

/** Where a reader that stood here reads on: at the same place, or, where the log lost what was read, at the last that it kept. */
export const readOnFrom = async (log: EventLog, stood: Generation): Promise<Generation> => {
  const { incarnation } = await log.head();
  if (incarnation === stood.incarnation) return stood;
  const raised = await log.read({ type: 'IncarnationRaised', limit: 1000 });
  const kept = raised.filter(isRaise).filter(({ data }) => data.incarnation > stood.incarnation);
  return { incarnation, position: Math.min(stood.position, ...kept.map(({ data }) => data.until.position)) };
};

type Raise = Extract<BerthEvent, { type: 'IncarnationRaised' }>;

const isRaise = (event: BerthEvent): event is Raise => event.type === 'IncarnationRaised';
