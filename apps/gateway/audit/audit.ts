import type pg from 'pg';
import type { Anchor, AuditReport } from '#libs/contracts';
import type { ArchiveFiles } from '#libs/event-log/archive';
import { auditLog } from '#libs/event-log/postgres';

/** The log, looked through row by row. */
export class Audit {
  readonly #pool: pg.Pool;
  readonly #files: ArchiveFiles;

  constructor(pool: pg.Pool, files: ArchiveFiles) {
    this.#pool = pool;
    this.#files = files;
  }

  verify(anchors: readonly Anchor[]): Promise<AuditReport> {
    return auditLog(this.#pool, anchors, this.#files);
  }
}

/** `1.42:<64 hex digits>`: generation and hash of a head; null for anything else. */
export const anchorOf = (text: string): Anchor | null => {
  const [, incarnation, position, hash] = /^(\d{1,15})\.(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined ? null : { incarnation: Number(incarnation), position: Number(position), hash };
};
