import type { Feed, Mail, Turns } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import type { Patience } from '#libs/domain/fleet';
import type { Attachments, EventLog, Seals, Snapshots } from '#libs/event-log';
import type { Beats } from '#libs/event-log/listening';

/** All that the scheduler needs of the world outside. */
export interface SchedulerPorts {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly mail: Mail;
  /** Where replicas share the work: each decides in its turn. Without it, this one decides on everything that the feed brings. */
  readonly turns?: Turns | undefined;
  /** Where it says that it listens: time of work does not run while nobody does. Without it, it always runs. */
  readonly beats?: Beats;
  /** Where worlds are kept, so that a start reads what came since. Without it, it reads the whole log. */
  readonly snapshots?: Snapshots | undefined;
  /** How long the silence of a host is borne; the usual times without it. */
  readonly patience?: Patience | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seals: Seals;
  readonly attachments: Attachments;
  readonly report: (problem: string, cause: unknown) => void;
}
