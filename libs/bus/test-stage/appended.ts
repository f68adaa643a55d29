import type { Ids } from '#libs/clock';
import type { AnyNewEvent, BerthEvent } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';

/** Puts so many small events of one stack into a log; gives them back as the log holds them. */
export const appendRetired = async (log: EventLog, ids: Ids, count: number, stack = 'shop'): Promise<readonly BerthEvent[]> => {
  const stream = `stack/${stack}`;
  const before = await log.head();
  const version = (await log.readStream(stream)).length;
  const events = Array.from({ length: count }, (_, index) => ({
    stream,
    event: newEvent(ids, { stack, version: version + index + 1 }),
  }));
  await log.append([{ incarnation: before.incarnation, expected: { [stream]: version }, events }]);
  return log.read({ after: before.position, limit: 1000 });
};

const newEvent = (ids: Ids, data: object): AnyNewEvent =>
  ({ id: ids.event(), type: 'VersionRetired', data, actor: 'test', correlation: 'c', causation: null }) as AnyNewEvent;
