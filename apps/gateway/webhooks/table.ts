import type pg from 'pg';
import { type FeedFilter, type Generation, type Instant, Transient } from '#libs/contracts';
import { isOutage } from '../view/read-model.ts';

/** A feed as the table holds it. */
export interface Feed extends Generation {
  readonly id: string;
  readonly url: string;
  readonly filter: FeedFilter;
  /** Sealed. */
  readonly secret: string;
  readonly createdAt: Instant;
  readonly deliveredAt: Instant | null;
  readonly failures: number;
  readonly lastError: string | null;
  readonly retryAt: Instant | null;
  readonly isStopped: boolean;
}

type Row = Omit<Feed, 'createdAt' | 'deliveredAt' | 'retryAt' | 'lastError' | 'isStopped' | 'incarnation' | 'position'> &
  Readonly<Record<'incarnation' | 'position' | 'created_at', string>> &
  Readonly<Record<'delivered_at' | 'retry_at' | 'last_error', string | null>> & { readonly stopped: boolean };

/** The feeds of a log. A feed moves only from where it was thought to stand: of two senders one moves it. */
export class WebhookTable {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async all(): Promise<readonly Feed[]> {
    return (await this.#query<Row>('select * from webhooks order by created_at, id')).map(feedOf);
  }

  async add({ id, url, filter, secret, createdAt, incarnation, position }: Feed): Promise<void> {
    await this.#query(
      'insert into webhooks (id, url, filter, secret, created_at, incarnation, position) values ($1, $2, $3, $4, $5, $6, $7)',
      [...[id, url, JSON.stringify(filter), secret, createdAt, incarnation, position]],
    );
  }

  /** False when there was none. */
  async remove(id: string): Promise<boolean> {
    return (await this.#query<{ id: string }>('delete from webhooks where id = $1 returning id', [id])).length > 0;
  }

  /** `deliveredAt`: null where nothing matched up to there. False when it stood elsewhere. */
  async move(id: string, from: Generation, to: Generation, deliveredAt: Instant | null): Promise<boolean> {
    const moved = await this.#query(
      `update webhooks set incarnation = $4, position = $5, delivered_at = coalesce($6, delivered_at), failures = 0, last_error = null,
        retry_at = null where id = $1 and incarnation = $2 and position = $3 returning id`,
      [id, from.incarnation, from.position, to.incarnation, to.position, deliveredAt],
    );
    return moved.length > 0;
  }

  async fail(
    id: string,
    { failures, lastError, retryAt, isStopped }: Pick<Feed, 'failures' | 'lastError' | 'retryAt' | 'isStopped'>,
  ): Promise<void> {
    const sql = 'update webhooks set failures = $2, last_error = $3, retry_at = $4, stopped = $5 where id = $1';
    await this.#query(sql, [id, failures, lastError, retryAt, isStopped]);
  }

  async #query<R extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(sql, [...values])).rows;
    } catch (cause) {
      throw isOutage(cause) ? new Transient('use the table of webhooks', { cause }) : cause;
    }
  }
}

const feedOf = (row: Row): Feed => ({
  ...{ id: row.id, url: row.url, filter: row.filter, secret: row.secret, failures: row.failures },
  incarnation: Number(row.incarnation),
  position: Number(row.position),
  createdAt: Number(row.created_at),
  deliveredAt: row.delivered_at === null ? null : Number(row.delivered_at),
  lastError: row.last_error,
  retryAt: row.retry_at === null ? null : Number(row.retry_at),
  isStopped: row.stopped,
});
