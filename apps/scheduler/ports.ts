import type { Feed, Mail } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import type { Attachments, EventLog, Seals } from '#libs/event-log';

/** All that the scheduler needs of the world outside. */
export interface SchedulerPorts {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seals: Seals;
  readonly attachments: Attachments;
  readonly report: (problem: string, cause: unknown) => void;
}
