import type pg from 'pg';
import type { LetterProperties } from '#libs/bus';
import { type DeadLetterView, Transient } from '#libs/contracts';
import { isOutage } from '../view/read-model.ts';

/** A dead letter as the table holds it. */
export interface Kept extends Omit<DeadLetterView, 'messageId'> {
  readonly properties: LetterProperties;
  /** Sealed; null when it was too large to be kept. */
  readonly body: string | null;
}

type Row = Omit<Kept, 'routingKey' | 'since' | 'at'> & Readonly<Record<'routing_key' | 'since' | 'at', string>>;

const COLUMNS = 'id, reason, queue, exchange, routing_key, "user", properties, bytes, body, times, since, at';

/** Whatever a broken sender does, it fills no disk: the oldest go. */
const MOST_LETTERS = 500;
const MOST_BYTES = 64 * 1024 * 1024;

const FORGET = `
delete from dead_letters where id in (
  select id from (
    select id, row_number() over newest as number, sum(case when body is null then 0 else bytes end) over newest as total
    from dead_letters window newest as (order by at desc, id)
  ) as ranked where number > ${MOST_LETTERS} or total > ${MOST_BYTES}
) returning body`;

/** The dead letters of a broker: bounded, the newest stay. */
export class DeadLetterTable {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async all(): Promise<readonly Kept[]> {
    return (await this.#query<Row>(`select ${COLUMNS.replace(' body,', ' null as body,')} from dead_letters order by at desc, id`)).map(
      keptOf,
    );
  }

  async find(id: string): Promise<Kept | null> {
    const [row] = await this.#query<Row>(`select ${COLUMNS} from dead_letters where id = $1`, [id]);
    return row ? keptOf(row) : null;
  }

  /** False when it is not there yet; else it has died once more. */
  async seenAgain(id: string, { reason, at }: Pick<Kept, 'reason' | 'at'>): Promise<boolean> {
    const sql = 'update dead_letters set times = times + 1, reason = $2, at = $3 where id = $1 returning id';
    return (await this.#query(sql, [id, reason, at])).length > 0;
  }

  /** False where it came to be there meanwhile. */
  async add({ id, reason, queue, exchange, routingKey, user, properties, bytes, body, times, since, at }: Kept): Promise<boolean> {
    const values = [id, reason, queue, exchange, routingKey, user, JSON.stringify(properties), bytes, body, times, since, at];
    const marks = values.map((_, index) => `$${index + 1}`).join(', ');
    const sql = `insert into dead_letters (${COLUMNS}) values (${marks}) on conflict (id) do nothing returning id`;
    return (await this.#query(sql, values)).length > 0;
  }

  /** Not where it died once more since it was read: what is there now is another death. */
  async remove({ id, since, times }: Pick<Kept, 'id' | 'since' | 'times'>): Promise<boolean> {
    const sql = 'delete from dead_letters where id = $1 and since = $2 and times = $3 returning id';
    return (await this.#query(sql, [id, since, times])).length > 0;
  }

  /** Removes what is too much; gives back the bodies that went. */
  async forget(): Promise<readonly Kept['body'][]> {
    return (await this.#query<Pick<Kept, 'body'>>(FORGET)).map(({ body }) => body);
  }

  async #query<R extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(sql, [...values])).rows;
    } catch (cause) {
      throw isOutage(cause) ? new Transient('use the table of dead letters', { cause }) : cause;
    }
  }
}

const keptOf = ({ routing_key: routingKey, since, at, ...row }: Row): Kept => ({
  ...row,
  routingKey,
  since: Number(since),
  at: Number(at),
});
