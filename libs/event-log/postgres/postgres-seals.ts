import type pg from 'pg';
import type { Ids } from '#libs/clock';
import { KEY_BYTES } from '#libs/seals';
import { checkKeyId, sealValues } from '../sealing.ts';
import { Seals } from '../seals.ts';
import { failureOf } from './failures.ts';

export class PostgresSeals extends Seals {
  readonly #pool: pg.Pool;
  readonly #ids: Ids;

  constructor({ pool, ids }: { readonly pool: pg.Pool; readonly ids: Ids }) {
    super();
    this.#pool = pool;
    this.#ids = ids;
  }

  async seal(keyId: string, values: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    checkKeyId(keyId);
    return sealValues(keyId, await this.#keyOf(keyId), this.#ids, values);
  }

  async keys(keyIds: readonly string[]): Promise<Record<string, string>> {
    const rows = await this.#query('read keys', 'select id, key from keys where id = any ($1)', [keyIds]);
    return Object.fromEntries(rows.map(({ id, key }) => [id, key.toString('base64')]));
  }

  async drop(keyId: string): Promise<void> {
    await this.#query(`drop key ${keyId}`, 'delete from keys where id = $1', [keyId]);
  }

  /** Two that make it at once get one key. The update changes nothing: it makes the statement give back the row that was there. */
  async #keyOf(keyId: string): Promise<Uint8Array> {
    const [row] = await this.#query(
      `make key ${keyId}`,
      'insert into keys as k (id, key) values ($1, $2) on conflict (id) do update set key = k.key returning id, key',
      [keyId, Buffer.from(this.#ids.bytes(KEY_BYTES))],
    );
    if (!row) throw new Error(`make key ${keyId}: the database gave none back`);
    return row.key;
  }

  async #query(doing: string, sql: string, values: readonly unknown[]): Promise<readonly { id: string; key: Buffer }[]> {
    try {
      return (await this.#pool.query<{ id: string; key: Buffer }>(sql, [...values])).rows;
    } catch (cause) {
      throw failureOf(doing, cause);
    }
  }
}
