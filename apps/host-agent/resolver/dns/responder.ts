import {
  aliasRecord,
  answer,
  authorityRecord,
  type Caller,
  isInNetwork,
  pointerRecord,
  type Query,
  Rcode,
  type Reply,
  readQuery,
  type Tables,
  TCP_MOST,
  Turns,
  udpLimit,
  writeAddresses,
  writeFault,
  writeReply,
} from '#libs/domain/naming';

/** One message and where it came from. */
export interface Asked {
  readonly bytes: Uint8Array;
  /** IPv4 address of the sender. */
  readonly from: string;
  readonly by: 'udp' | 'tcp';
}

/** What becomes of a message. All but `reply` and `silence` needs somebody else. */
export type Outcome =
  | { readonly kind: 'silence' }
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  /** Nobody knows the sender yet: it may be registered in a moment. `then` is for the case that it isn't. */
  | { readonly kind: 'wait'; readonly then: Outcome }
  | { readonly kind: 'forward'; readonly query: Query }
  /** The name is another name outside, whose addresses the sender needs in the same answer. */
  | { readonly kind: 'alias'; readonly query: Query; readonly target: string };

export interface ResponderOptions {
  readonly tables: () => Tables;
  /** The address that is asked: its own host is no container that could still be registered. */
  readonly self: string;
}

/** Answers from the tables, without waiting for anything. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #turns = new Turns();

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  respond(asked: Asked): Outcome {
    const reading = readQuery(asked.bytes);
    if (reading.kind === 'silence') return reading;
    if (reading.kind === 'fault') return replied(writeFault(asked.bytes, reading.rcode, reading.query));
    const tables = this.#options.tables();
    const caller = tables.callers.get(asked.from);
    if (caller) return this.#answer(tables, caller, asked, reading.query);
    return this.#stranger(tables, asked, reading.query);
  }

  #stranger(tables: Tables, asked: Asked, query: Query): Outcome {
    const isSelf = asked.from === this.#options.self;
    if (!isSelf && !this.#isNear(tables, asked.from)) return replied(writeFault(asked.bytes, Rcode.REFUSED, query));
    const then = this.#answer(tables, null, asked, query);
    return isSelf || then.kind === 'forward' ? then : { kind: 'wait', then };
  }

  #isNear({ pool }: Tables, address: string): boolean {
    return pool !== null && isInNetwork(pool, address);
  }

  #answer(tables: Tables, caller: Caller | null, { bytes, by }: Asked, query: Query): Outcome {
    const limit = by === 'udp' ? udpLimit(query) : TCP_MOST;
    const found = answer(tables, caller, query);
    switch (found.kind) {
      case 'addresses': {
        const { octets, key } = found.pool;
        return replied(writeAddresses(bytes, query, octets, this.#turns.take(key), limit));
      }
      case 'alias':
        return { kind: 'alias', query, target: found.target };
      case 'foreign':
        return { kind: 'forward', query };
      case 'pointer':
        return replied(writeReply(bytes, query, { ...noError, answers: [pointerRecord(found.target)] }, limit));
      case 'unready':
        return replied(writeReply(bytes, query, { ...noError, rcode: Rcode.SERVFAIL }, limit));
      case 'authority':
        return replied(writeReply(bytes, query, { ...noError, answers: [soa(tables, bytes, query)] }, limit));
      case 'nothing':
        return replied(writeReply(bytes, query, { ...noError, authority: [soa(tables, bytes, query)] }, limit));
      case 'unknown':
        return replied(writeReply(bytes, query, { ...noError, rcode: Rcode.NXDOMAIN, authority: [soa(tables, bytes, query)] }, limit));
    }
  }
}

const noError: Reply = { rcode: Rcode.NOERROR, isAuthoritative: true, answers: [], authority: [] };

const replied = (bytes: Uint8Array): Outcome => ({ kind: 'reply', bytes });

const soa = (tables: Tables, bytes: Uint8Array, query: Query) => authorityRecord(bytes, query, tables.zone, tables.serial);

/** The alias, and what was found under it outside. */
export const writeAlias = (asked: Asked, query: Query, target: string, outside: Pick<Reply, 'rcode' | 'answers'>): Uint8Array =>
  writeReply(
    asked.bytes,
    query,
    { rcode: outside.rcode, isAuthoritative: true, answers: [aliasRecord(target), ...outside.answers], authority: [] },
    asked.by === 'udp' ? udpLimit(query) : TCP_MOST,
  );
