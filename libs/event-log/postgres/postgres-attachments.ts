import type pg from 'pg';
import type { Clock } from '#libs/clock';
import type { Instant, Output } from '#libs/contracts';
import { Attachments } from '../attachments.ts';
import { describeText } from '../describe-text.ts';
import { failureOf } from './failures.ts';

export class PostgresAttachments extends Attachments {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;

  constructor({ pool, clock }: { readonly pool: pg.Pool; readonly clock: Clock }) {
    super();
    this.#pool = pool;
    this.#clock = clock;
  }

  /** What has expired is removed on the way. */
  async store(text: string, expires: Instant): Promise<Output> {
    const { bytes, ...described } = describeText(text);
    try {
      const { rows } = await this.#pool.query<{ expires: string }>(
        `insert into attachments as a (sha256, content, expires) values ($1, $2, $3)
         on conflict (sha256) do update set expires = greatest(a.expires, excluded.expires) returning expires`,
        [described.sha256, bytes, expires],
      );
      await this.#pool.query('delete from attachments where expires <= $1', [this.#clock.now()]);
      return { ...described, bytes: bytes.length, expires: Number(rows[0]?.expires) };
    } catch (cause) {
      throw failureOf('store attachment', cause);
    }
  }

  async fetch(sha256: string): Promise<string | null> {
    try {
      const { rows } = await this.#pool.query<{ content: Buffer }>('select content from attachments where sha256 = $1 and expires > $2', [
        sha256,
        this.#clock.now(),
      ]);
      return rows[0]?.content.toString() ?? null;
    } catch (cause) {
      throw failureOf('fetch attachment', cause);
    }
  }
}
