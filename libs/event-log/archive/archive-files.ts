import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { type ArchivedRange, Rejected } from '#libs/contracts';
import type { StoredEvent } from '../stored.ts';
import { ArchiveFolder } from './archive-folder.ts';
import { Archived } from './archived.ts';
import { rangeText, readRangeText } from './range-file.ts';

type Written = Omit<ArchivedRange, 'isCut'>;

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Readers go from range to range, and pages of one range come one after the other. */
const KEPT = 2;

/** Archived ranges as files: written so that they can be read back, and read so that a damaged one is never believed. */
export class ArchiveFiles {
  readonly #folder: ArchiveFolder | null;
  readonly #kept = new Map<string, Promise<readonly StoredEvent[]>>();

  /** Null: this program has no folder of the archive, and says so to whoever needs a file. */
  constructor(folder: ArchiveFolder | null) {
    this.#folder = folder;
  }

  get dir(): string | null {
    return this.#folder?.dir ?? null;
  }

  /** Resolves when the file is on disk and was read back. The same events make the same file. */
  async write(previous: string, events: readonly StoredEvent[], mark: string): Promise<Written> {
    if (!this.#folder) throw new Rejected(`archive a range: ${NO_FOLDER}`);
    const bytes = await compress(rangeText(previous, events), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    const written = describe(previous, events, bytes);
    await this.#folder.write(written.file, bytes, mark);
    await this.verify(written);
    return written;
  }

  /** Throws `Archived` where the file can't be read or is not the one that was written. */
  events(range: Written): Promise<readonly StoredEvent[]> {
    const known = this.#kept.get(range.sha256) ?? this.verify(range);
    this.#kept.delete(range.sha256);
    this.#kept.set(range.sha256, known);
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    known.catch(() => this.#kept.delete(range.sha256));
    return known;
  }

  /** Reads the whole file from the disk: its bytes, its chain, and that it begins where the range before ended. */
  async verify(range: Written): Promise<readonly StoredEvent[]> {
    const bytes = await this.#bytesOf(range);
    if (createHash('sha256').update(bytes).digest('hex') !== range.sha256)
      throw new Archived(range, `but that file is not what was written: bring back a copy whose SHA-256 is ${range.sha256}`);
    const { header, events } = readRangeText((await decompress(bytes)).toString());
    if (header.previous !== range.previous || header.hash !== range.hash || header.first !== range.first || header.last !== range.last)
      throw new Archived(range, 'but that file holds another range');
    return events;
  }

  async #bytesOf(range: Written): Promise<Buffer> {
    if (!this.#folder) throw new Archived(range, NO_FOLDER);
    return this.#folder.read(range.file).catch((cause: unknown) => {
      const { code, message } = cause as NodeJS.ErrnoException;
      const fix = `bring it to ${this.dir} (${code ?? message})`;
      throw new Archived(range, fix, { cause });
    });
  }
}

/** `dir`: of a setting; nobody needs one. */
export const archiveIn = (dir: string | undefined): ArchiveFiles =>
  new ArchiveFiles(dir === undefined ? null : new ArchiveFolder(resolve(dir)));

const NO_FOLDER = 'no folder of the archive is set here: mount it and name it in BERTH_ARCHIVE';

const describe = (previous: string, events: readonly StoredEvent[], bytes: Buffer): Written => {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Rejected('archive a range: it has no events');
  return {
    ...{ first: first.position, last: last.position, firstAt: first.at, lastAt: last.at, previous, hash: last.hash },
    file: `events-${padded(first.position)}-${padded(last.position)}.jsonl.zst`,
    ...{ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
  };
};

/** Names sort as positions do. */
const padded = (position: number): string => String(position).padStart(12, '0');
