import type { Clock } from '#libs/clock';
import type { DeadLetters } from '../dead-letters.ts';
import type { Feed } from '../feed.ts';
import type { Mail } from '../mail.ts';
import type { EventPublisher } from '../publisher.ts';
import type { RequestsInlet } from '../requests.ts';
import type { Turns } from '../turns.ts';
import { AmqpDeadLetters } from './dead-letters.ts';
import { AmqpFeed } from './feed.ts';
import { Link } from './link.ts';
import { AmqpMail } from './mail.ts';
import { Morgue } from './morgue.ts';
import { AmqpPublisher } from './publisher.ts';
import { AmqpRequests } from './requests.ts';
import { assertTopology, findTopology } from './topology.ts';
import { AmqpTurns, type Sharing } from './turns.ts';
import { isAgentUser } from './users.ts';

interface AmqpBusOptions {
  /** `amqp://user:password@host:port/vhost`; a user `host-<id>` is the agent of that host. */
  readonly url: string;
  /** `deployer`, `scheduler`, …: the same for all replicas, which share its turns. */
  readonly service: string;
  /** Names this run of this replica. */
  readonly replica: string;
  /** Makes exchanges and queues that all share, unless told; who does not, waits for them. An agent does neither. */
  readonly makesTopology?: boolean;
  /** How replicas share the turns; without it the broker gives all to the first, and those of a lost one to the next. */
  readonly sharing?: Sharing;
  /** Whether whoever hears events can open a parcel of several; where nobody says so, all can. */
  readonly mayPack?: () => boolean;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}

interface BusCounts {
  /** Messages with events that no queue wanted. */
  readonly unroutable: number;
  /** Messages that did not come from whom they say, or could not be read. */
  readonly refused: number;
  /** Mail that was not sent because the broker was away or full for too long. */
  readonly unsent: number;
  /** Messages that went to the dead letters. */
  readonly buried: number;
}

/** All of the post by RabbitMQ. What is subscribed stays subscribed whatever becomes of channels, queues, connections and the broker. */
export interface AmqpBus {
  readonly feed: Feed;
  readonly mail: Mail;
  readonly turns: Turns;
  readonly publisher: EventPublisher;
  readonly requests: RequestsInlet;
  readonly deadLetters: DeadLetters;
  /** Of which this replica takes turns now; null when it shares none. */
  lanes(): readonly number[] | null;
  isConnected(): boolean;
  counts(): BusCounts;
  /** Takes nothing more, waits for the handlers that run, acknowledges what they handled, and goes. */
  close(): Promise<void>;
}

/**
 * Resolves when the broker was reached, or could not be: then it goes on trying, and what is subscribed meanwhile begins later.
 * Two connections, because the broker stops reading a connection that publishes while it has no room: acknowledgements go by the other.
 */
export const openAmqpBus = async (options: AmqpBusOptions): Promise<AmqpBus> => {
  const { url, service, clock, report } = options;
  const isAgent = isAgentUser(decodeURIComponent(new URL(url).username));
  const prepare = isAgent ? undefined : (options.makesTopology ?? true) ? assertTopology : findTopology;
  const common = { url, clock, report, ...(prepare ? { prepare } : {}) };
  const [reading, writing] = await Promise.all([
    Link.open({ ...common, name: `${service} reads` }),
    Link.open({ ...common, name: `${service} writes` }),
  ]);
  const publisher = new AmqpPublisher(writing, options);
  const morgue = new Morgue(writing, options);
  const feed = new AmqpFeed(reading, options);
  const turns = new AmqpTurns(reading, { ...options, morgue });
  const duty = options.sharing?.share === 'one active' ? turns : null;
  const mail = new AmqpMail(reading, writing, { ...options, morgue: isAgent ? null : morgue, duty });
  const requests = new AmqpRequests(reading, writing, { ...options, morgue });
  const deadLetters = new AmqpDeadLetters(reading, writing, options);
  return {
    ...{ feed, mail, turns, publisher, requests, deadLetters },
    isConnected: () => reading.isConnected && writing.isConnected,
    lanes: () => turns.lanes ?? null,
    counts: () => ({ unroutable: publisher.unroutable, refused: mail.refused, unsent: mail.unsent, buried: morgue.buried }),
    close: async () => {
      await Promise.all([feed.close(), turns.close(), requests.close(), deadLetters.close(), mail.stopReceiving()]);
      // Handlers that ran until now may have sent and published.
      await Promise.all([mail.close(), publisher.close(), morgue.close()]);
      await Promise.all([reading.close(), writing.close()]);
    },
  };
};
