import type pg from 'pg';
import type { EventData } from '#libs/contracts';
import type { ArchiveFiles } from '../archive/index.ts';
import { ArchivedRows } from './archived-rows.ts';
import type { ArchiveAudit } from './audit-archive.ts';
import { COLUMNS, type EventRow, storedOf } from './rows.ts';

/** Events of the log wherever they stand. */
export class AuditedPast {
  readonly #pool: pg.Pool;
  readonly #rows: ArchivedRows;
  readonly #archive: ArchiveAudit;

  constructor(pool: pg.Pool, files: ArchiveFiles, archive: ArchiveAudit) {
    this.#pool = pool;
    this.#archive = archive;
    this.#rows = new ArchivedRows(async (_, sql, values) => (await pool.query(sql, [...(values ?? [])])).rows, files);
  }

  isSeen(position: number): boolean {
    return this.#archive.unseen === '' || position >= this.#archive.floor.position;
  }

  async hashAt(position: number): Promise<string | null> {
    const { floor } = this.#archive;
    if (position === floor.position) return floor.hash;
    if (position < floor.position) return (await this.#rows.at(position))?.hash ?? null;
    const { rows } = await this.#pool.query<{ hash: string }>(`select encode(hash, 'hex') as hash from events where position = $1`, [
      position,
    ]);
    return rows[0]?.hash ?? null;
  }

  /** Every `IncarnationRaised`, oldest first. */
  async raises(): Promise<readonly { readonly position: number; readonly data: EventData<'IncarnationRaised'> }[]> {
    const sql = `select ${COLUMNS} from events where type = 'IncarnationRaised' and stream = 'platform' order by position`;
    const rows = (await this.#pool.query<EventRow>(sql)).rows.map(storedOf);
    const query = { type: 'IncarnationRaised', stream: 'platform' };
    const raised = this.isSeen(0) ? await this.#rows.complete(rows, { query, limit: Number.POSITIVE_INFINITY }) : rows;
    return raised.map(({ position, data }) => ({ position, data: JSON.parse(data) as EventData<'IncarnationRaised'> }));
  }
}
