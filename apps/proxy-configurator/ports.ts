import type { Feed, Mail, Turns } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import type { EventLog, Snapshots } from '#libs/event-log';

/** All that the proxy-configurator needs of the world. */
export interface ProxyConfiguratorPorts {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly mail: Mail;
  /** Where replicas share the work: each decides in its turn. Without it, this one decides on everything that the feed brings. */
  readonly turns?: Turns | undefined;
  /** Where worlds are kept, so that a start reads what came since. Without it, it reads the whole log. */
  readonly snapshots?: Snapshots | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (problem: string, cause: unknown) => void;
}
