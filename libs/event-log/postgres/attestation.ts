import { Transient } from '#libs/contracts';
import type { Head, IncarnationWish } from '../event-log.ts';

type Query = <R extends object>(doing: string, sql: string, values?: readonly unknown[]) => Promise<readonly R[]>;
type Seen = Pick<Head, 'incarnation' | 'position' | 'hash'>;

/** What an append on a server is told to which the head was not attested. */
export const isUnattested = (cause: unknown): boolean => (cause as { cause?: { code?: string } }).cause?.code === 'BR001';

/** Who writes that the log went back or aside, where no person does. */
const ACTOR = 'log';

/**
 * Notices that the database is not the one it was: that its server is another one, or that its log lacks what was seen here. Then the
 * incarnation is raised, once for all who notice.
 */
export class Attestation {
  readonly #query: Query;
  readonly #raise: (wish: Omit<IncarnationWish, 'id'>) => Promise<void>;
  #seen: Seen | null = null;

  constructor(query: Query, raise: (wish: Omit<IncarnationWish, 'id'>) => Promise<void>) {
    this.#query = query;
    this.#raise = raise;
  }

  /** The newest that this program knows to be in the log. */
  get seen(): Seen | null {
    return this.#seen;
  }

  saw(newest: Seen | undefined): void {
    if (newest && (!this.#seen || isAfter(newest, this.#seen)))
      this.#seen = { incarnation: newest.incarnation, position: newest.position, hash: newest.hash };
  }

  /** Looks at the server, and whether what was seen is there. True when the server was another one and the incarnation was raised for it. */
  async attest(): Promise<boolean> {
    const { seen } = this;
    const [row] = await this.#query<{ raised: boolean }>('attest the head', 'select attest_head($1) as raised', [ACTOR]);
    if (seen && !(await this.#holds(seen))) await this.#raise({ from: seen.incarnation, reason: 'unknown-future', actor: ACTOR });
    return row?.raised === true;
  }

  /** `before`: what had been seen when the head was asked for. True when this head can't be of the same log. */
  lacks(head: Head, before: Seen | null): boolean {
    return before !== null && head.incarnation === before.incarnation && head.position < before.position;
  }

  /** A higher incarnation may lack it, and says so by its first event. A row that retention took away is no loss. */
  async #holds({ incarnation, position, hash }: Seen): Promise<boolean> {
    if (position === 0) return true;
    const [row] = await this.#query<{ incarnation: string; position: string; hash: string | null; recovers: boolean }>(
      'look for what was seen',
      `select h.incarnation, h.position, pg_is_in_recovery() as recovers, (select encode(e.hash, 'hex') from events e where e.position = $1) as hash from head h`,
      [position],
    );
    if (row?.recovers) throw new Transient('look for what was seen: the database is a standby');
    if (!row || Number(row.incarnation) !== incarnation) return true;
    return Number(row.position) >= position && (row.hash === null || row.hash === hash);
  }
}

const isAfter = (a: Seen, b: Seen): boolean =>
  a.incarnation > b.incarnation || (a.incarnation === b.incarnation && a.position > b.position);
