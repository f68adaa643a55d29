import type { Feed, Mail } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import type { EventLog } from '#libs/event-log';

/** All that the deployer needs of the world. */
export interface DeployerPorts {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: (problem: string, cause: unknown) => void;
}
