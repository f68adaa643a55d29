import { Archive, ArchiveFiles } from '#libs/event-log/archive';
import { PostgresLedger } from '#libs/event-log/postgres';
import type { GatewayPorts } from '../ports.ts';

export interface OpenedArchive {
  readonly archive: Archive;
  readonly files: ArchiveFiles;
  close(): Promise<void>;
}

/** Rows are taken out of the log by the user who archives, where there is one, else by the owner of the tables. */
export const openArchive = ({ archive, archivist, owner, pool, ids, report }: GatewayPorts): OpenedArchive => {
  const files = archive ?? new ArchiveFiles(null);
  const ledger = new PostgresLedger(archivist ?? owner ?? pool.options, report);
  return { files, archive: new Archive({ files, ledger, ids }), close: () => ledger.close() };
};
