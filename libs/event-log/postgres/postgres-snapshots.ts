import type pg from 'pg';
import { BEGUN_MS, type NewSnapshot, SNAPSHOTS_KEPT, type Snapshot, Snapshots } from '../snapshots.ts';
import { failureOf } from './failures.ts';

export interface PostgresSnapshotsOptions {
  readonly pool: pg.Pool;
  readonly release: string;
}

/** In the log's own database, so that they go back together with it. */
export class PostgresSnapshots extends Snapshots {
  readonly #pool: pg.Pool;
  readonly #release: string;

  constructor({ pool, release }: PostgresSnapshotsOptions) {
    super();
    this.#pool = pool;
    this.#release = release;
  }

  async list(name: string): Promise<readonly Snapshot[]> {
    const rows = await this.#query<Row>('look for snapshots', LIST, [name, this.#release]);
    return rows.map(({ id, incarnation, position, hash }) => ({
      ...{ id: Number(id), incarnation: Number(incarnation), position: Number(position), hash },
    }));
  }

  async *read({ id, position }: Snapshot): AsyncIterable<Uint8Array> {
    const doing = `read the snapshot of position ${position}`;
    const [row] = await this.#query<{ parts: number }>(doing, 'select parts from snapshots where id = $1', [id]);
    for (let nth = 0; nth < (row?.parts ?? 1); nth += PAGE) {
      const page = await this.#query<{ data: Uint8Array }>(doing, READ, [id, nth, PAGE]);
      if (page.length !== Math.min(PAGE, (row?.parts ?? 1) - nth)) throw new Error(`${doing}: it is gone`);
      yield* page.map(({ data }) => data);
    }
  }

  async save(name: string, snapshot: NewSnapshot, parts: Iterable<Uint8Array>): Promise<boolean> {
    const doing = `save a snapshot of position ${snapshot.position}`;
    const { incarnation, position, hash, slot } = snapshot;
    await this.#query(doing, MAKE_ROOM, [name, this.#release, slot, incarnation, BEGUN_MS]);
    const [begun] = await this.#query<{ id: string }>(doing, BEGIN, [name, this.#release, slot, incarnation, position, hash]);
    if (!begun) return false;
    let nth = 0;
    for (const part of parts) await this.#query(doing, WRITE, [begun.id, nth++, part]);
    await this.#query(doing, 'update snapshots set parts = $2 where id = $1', [begun.id, nth]);
    await this.#query('drop old snapshots', KEEP_FEW, [name, this.#release, SNAPSHOTS_KEPT]);
    return true;
  }

  async #query<R extends object>(doing: string, sql: string, values: readonly unknown[]): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(sql, [...values])).rows;
    } catch (cause) {
      throw failureOf(doing, cause);
    }
  }
}

interface Row {
  readonly id: string;
  readonly incarnation: string;
  readonly position: string;
  readonly hash: string;
}

/** Parts that one query reads. */
const PAGE = 16;

const LIST = `
select id, incarnation, position, encode(hash, 'hex') as hash from snapshots
where name = $1 and release = $2 and parts is not null order by incarnation desc, position desc`;
const READ = 'select data from snapshot_parts where snapshot = $1 and nth >= $2 order by nth limit $3';

/** Of the slot: what nobody will end or read any more. */
const MAKE_ROOM = `
delete from snapshots where name = $1 and release = $2 and slot = $3
  and (incarnation < $4 or (parts is null and begun <= clock_timestamp() - make_interval(secs => $5::float8 / 1000)))`;
const BEGIN = `
insert into snapshots (name, release, slot, incarnation, position, hash) values ($1, $2, $3, $4, $5, decode($6, 'hex'))
on conflict do nothing returning id`;
const WRITE = 'insert into snapshot_parts (snapshot, nth, data) values ($1, $2, $3)';

/** Those of another release stay for a while: it may be the one that runs beside this one, or that comes back. */
const KEEP_FEW = `
delete from snapshots where id in (
  select id from (
    select id, parts, begun, (name, release) = ($1, $2) as own,
      row_number() over (partition by name, release order by parts is null, incarnation desc, position desc) as place from snapshots
  ) ranked
  where (own and parts is not null and place > $3) or (not own and begun < clock_timestamp() - interval '7 days')
)`;
