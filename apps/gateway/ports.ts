import type pg from 'pg';
import type { DeadLetters, Feed, Mail, RequestsInlet } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import type { Attachments, EventLog, Seals, Snapshots } from '#libs/event-log';
import type { ArchiveFiles } from '#libs/event-log/archive';
import type { Access } from './access/access.ts';
import type { GatewaySettings } from './settings.ts';
import type { Beside } from './view/readiness.ts';

/** All that the gateway needs of the world. `pool`: the database that has the log's tables. */
export interface GatewayPorts {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly mail: Mail;
  /** Wishes that come as messages, where there is a broker. */
  readonly requests?: RequestsInlet;
  /** What nobody could take, where there is a broker. */
  readonly deadLetters?: DeadLetters;
  /** Who may wish by message; without it nobody. */
  readonly access?: Access;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seals: Seals;
  readonly attachments: Attachments;
  /** Where worlds are kept, so that the first question about what would be reads what came since. Without it, it reads the whole log. */
  readonly snapshots?: Snapshots | undefined;
  readonly pool: pg.Pool;
  /** The files of the archive; without them nothing is archived. */
  readonly archive?: ArchiveFiles;
  /** Who takes archived rows out of the log; without it the owner does. */
  readonly archivist?: pg.PoolConfig | undefined;
  /** Who makes tables there; without it the pool's user does. */
  readonly owner?: pg.PoolConfig | undefined;
  /** What runs in the same process: `/readyz` tells of it too. */
  readonly beside?: () => Beside;
  readonly report: (problem: string, cause: unknown) => void;
  readonly settings: GatewaySettings;
}
