import type pg from 'pg';
import type { AuditFinding } from '#libs/contracts';
import { Archived, type ArchiveFiles } from '../archive/index.ts';
import { GENESIS } from '../stored.ts';
import { RANGE_COLUMNS, type RangeRow, rangeOf } from './rows.ts';

export interface ArchiveAudit {
  /** Where the table goes on. */
  readonly floor: { readonly position: number; readonly hash: string };
  readonly findings: readonly AuditFinding[];
  /** What could not be seen, in words; empty when all was. */
  readonly unseen: string;
}

/** Walks the files of what left the table, each from its bytes on. */
export const auditArchive = async (pool: pg.Pool, files: ArchiveFiles): Promise<ArchiveAudit> => {
  const { rows } = await pool.query<RangeRow>(`select ${RANGE_COLUMNS} from archives where is_cut order by first`);
  const ranges = rows.map(rangeOf);
  let floor = { position: 0, hash: GENESIS };
  const findings: AuditFinding[] = [];
  for (const range of ranges) {
    if (range.first !== floor.position + 1 || range.previous !== floor.hash)
      findings.push({ position: floor.position + 1, fault: `${range.file} does not go on there` });
    if (files.dir !== null) findings.push(...(await files.verify(range).then(() => [], faultAt(range.first))));
    floor = { position: range.last, hash: range.hash };
  }
  const isUnseen = files.dir === null && ranges.length > 0;
  const unseen = `Positions 1–${floor.position} are in ${ranges.length} files of the archive, which could not be looked at here.`;
  return { floor, findings, unseen: isUnseen ? unseen : '' };
};

const faultAt =
  (position: number) =>
  (cause: unknown): readonly AuditFinding[] => {
    const words = cause instanceof Error ? cause.message : String(cause);
    return [{ position, fault: cause instanceof Archived ? words.replace('read the log: ', '') : words }];
  };
