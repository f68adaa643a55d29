import type { AnyNewEvent, BerthEvent, EventData, EventId, Instant, StreamName } from '#libs/contracts';

/** Of a consumer that works outside the log and notes how far it came. */
export interface CheckpointMove {
  readonly consumer: string;
  readonly lane: number;
  readonly incarnation: number;
  readonly from: number;
  readonly to: number;
  /** Of the consumer's lease; an older one moves nothing. */
  readonly fence: number;
}

/** What is accepted or refused as a whole. */
export interface AppendItem {
  /** Refused when the log has another one. */
  readonly incarnation: number;
  /** Versions of streams on which the decision stands: those appended to, and those only read. 0: the stream has no event. */
  readonly expected: Readonly<Record<StreamName, number>>;
  /** Each names its stream. Lane, version, position and time are the log's to give. */
  readonly events: readonly { readonly stream: StreamName; readonly event: AnyNewEvent }[];
}

/** In the order in which an item is judged: incarnation, ids, versions. */
export type AppendResult =
  | { readonly status: 'appended'; readonly positions: readonly number[] }
  /** All ids are there with the same bytes. */
  | { readonly status: 'already'; readonly positions: readonly number[] }
  | { readonly status: 'conflict'; readonly stream: StreamName; readonly actual: number }
  | { readonly status: 'incarnation'; readonly actual: number }
  | { readonly status: 'refused'; readonly reason: string };

export interface Head {
  readonly incarnation: number;
  /** Position of the newest event; 0 in an empty log. */
  readonly position: number;
  /** Hash (hex) of the chain up to the newest event. */
  readonly hash: string;
  /** The newest number of each lane. */
  readonly lanes: readonly number[];
}

/** `IncarnationRaised`, as who noticed it wishes it. */
export interface IncarnationWish {
  readonly id: EventId;
  /** The incarnation that shall end. */
  readonly from: number;
  readonly reason: EventData<'IncarnationRaised'>['reason'];
  /** A person's, why. */
  readonly words?: string;
  readonly actor: string;
}

/** What is not named is not asked for; what is named must all hold. */
export interface EventQuery {
  readonly stream?: StreamName;
  /** The stack that an event concerns. */
  readonly stack?: string;
  /** One of them. */
  readonly type?: string | readonly string[];
  /** Named by the event's data, in whatever list it stands there. */
  readonly host?: string;
  readonly container?: string;
  readonly actor?: string;
  readonly correlation?: string;
  readonly causation?: string;
  /** Only events of this instant and later ones. */
  readonly from?: Instant;
  /** Only events before this instant. */
  readonly until?: Instant;
  /** Only events of a higher position. */
  readonly after?: number;
  /** Only events of a lower position. */
  readonly before?: number;
  /** Oldest first unless told. With a limit it also says from which end. */
  readonly order?: 'oldest' | 'newest';
  /** 100 unless told; at most 1000. */
  readonly limit?: number;
  /** What left the table for the archive is not looked for: the events of the last days are all there. */
  readonly onlyTable?: boolean;
}

/**
 * The one order of everything that happened. No two items of a call may append to one stream: a second one is `refused`.
 * Throws `Transient` when the storage can't be reached; what was then appended is unknown, and the same ids may be sent again.
 */
export abstract class EventLog {
  abstract append(items: readonly AppendItem[]): Promise<readonly AppendResult[]>;
  abstract head(): Promise<Head>;
  /** Events are checked by their schemas; `Unreadable` names the first that can't be read. */
  abstract read(query: EventQuery): Promise<readonly BerthEvent[]>;
  /** The whole stream, oldest first. */
  abstract readStream(stream: StreamName): Promise<readonly BerthEvent[]>;
  abstract find(id: EventId): Promise<BerthEvent | null>;
  /** The chain's hash (hex) up to the event of this position; null where there is none. */
  abstract hashAt(position: number): Promise<string | null>;
  /** 0 for a consumer that never moved it. */
  abstract checkpoint(consumer: string, lane: number): Promise<number>;
  /**
   * Keeps no append waiting. False when the checkpoint stands elsewhere than at `from`, a younger fence moved it, or the log has another
   * incarnation: then nothing moved.
   */
  abstract moveCheckpoint(move: CheckpointMove): Promise<boolean>;
  /**
   * Ends the incarnation `from`: the head gets the next one, and `IncarnationRaised` is its first event, with the head before it as
   * `until`. Does nothing when the log is in another one: of several that notice a loss one raises. Answers with the head as it is then.
   */
  abstract raiseIncarnation(wish: IncarnationWish): Promise<Head>;
  /** Called after each append that was seen, here or elsewhere, without saying what it was. Returns how to stop. */
  abstract onAppended(wake: () => void): () => void;
}
