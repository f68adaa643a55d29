import type { Ids } from '#libs/clock';
import {
  type ArchiveCut,
  type ArchivedPlace,
  type ArchivedRange,
  type ArchiveVerdict,
  type ArchiveWritten,
  type BerthEvent,
  Rejected,
} from '#libs/contracts';
import { GENESIS, readStored } from '../stored.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { Ledger } from './ledger.ts';

export interface ArchiveOptions {
  readonly files: ArchiveFiles;
  readonly ledger: Ledger;
  readonly ids: Ids;
  /** Events a file; 10,000 unless told. */
  readonly rangeSize?: number;
  /** Files that one call writes or cuts at most; 20 unless told. */
  readonly most?: number;
}

export interface WriteOptions {
  /** A position, or an instant: what is before it is written. */
  readonly before: { readonly position: number } | { readonly instant: number };
}

/** So long an event stays in the table: an append is sent again and an idempotency key is looked for in no older ones. */
const KEEP_DAYS = 7;

const DAY_MS = 86_400_000;

/**
 * Takes old ranges of the log to files, and then out of the table. Each step can be repeated, and what was cut off between two of them
 * goes on at the next call: a file without a note is written again, a note without a cut still has its rows.
 */
export class Archive {
  readonly #files: ArchiveFiles;
  readonly #ledger: Ledger;
  readonly #ids: Ids;
  readonly #rangeSize: number;
  readonly #most: number;

  constructor({ files, ledger, ids, rangeSize = 10_000, most = 20 }: ArchiveOptions) {
    this.#files = files;
    this.#ledger = ledger;
    this.#ids = ids;
    this.#rangeSize = rangeSize;
    this.#most = most;
  }

  get folder(): string | null {
    return this.#files.dir;
  }

  ranges(): Promise<readonly ArchivedRange[]> {
    return this.#ledger.ranges();
  }

  /** The newest event is never written: the table is never empty. */
  async write({ before }: WriteOptions): Promise<ArchiveWritten> {
    const end = Math.min(await this.#positionOf(before), await this.#ledger.headPosition());
    const written: ArchivedRange[] = [];
    let last = (await this.ranges()).at(-1);
    while ((last?.last ?? 0) + 1 < end && written.length < this.#most) {
      last = await this.#writeNext(last, end);
      written.push(last);
    }
    return { written, goesOn: (last?.last ?? 0) + 1 < end };
  }

  /** Reads every file as it is on the disk now. */
  async verify(): Promise<ArchiveVerdict> {
    const ranges = await this.ranges();
    const findings: { file: string; fault: string }[] = [];
    let expected = { first: 1, previous: GENESIS };
    for (const range of ranges) {
      if (range.first !== expected.first || range.previous !== expected.previous)
        findings.push({ file: range.file, fault: `it does not go on at position ${expected.first} where the range before ends` });
      const fault = await this.#files.verify(range).then(() => null, wordsOf);
      if (fault !== null) findings.push({ file: range.file, fault });
      expected = { first: range.last + 1, previous: range.hash };
    }
    return { status: findings.length === 0 ? 'intact' : 'broken', files: ranges.length, findings };
  }

  /** Each file is read back once more before its rows go. What no snapshot covers stays: a service that starts needs it. */
  async cut(): Promise<ArchiveCut> {
    const waiting = (await this.ranges()).filter(({ isCut }) => !isCut);
    const keptSince = (await this.#ledger.now()) - KEEP_DAYS * DAY_MS;
    const old = waiting.filter(({ lastAt }) => lastAt < keptSince);
    const covered = await this.#ledger.coveredPosition();
    const ready = old.filter(({ last }) => last < covered);
    const cut: ArchivedRange[] = [];
    for (const range of ready.slice(0, this.#most)) {
      await this.#files.verify(range);
      await this.#ledger.cut(range);
      cut.push({ ...range, isCut: true });
    }
    return { cut, goesOn: cut.length < ready.length, kept: keptText(waiting[ready.length], old.length > ready.length) };
  }

  /** The events of a file; null when none of the archive has this name. */
  async show(file: string): Promise<readonly BerthEvent[] | null> {
    const range = (await this.ranges()).find((known) => known.file === file);
    return range ? (await this.#files.events(range)).map((stored) => readStored(stored)) : null;
  }

  /** The ranges that are read from files alone and hold any of these positions. */
  async cutAmong(positions: readonly number[]): Promise<readonly ArchivedPlace[]> {
    if (positions.length === 0) return [];
    const ranges = await this.#ledger.ranges({ from: Math.min(...positions), to: Math.max(...positions) });
    return ranges.filter(({ isCut }) => isCut).map(({ first, last, file }) => ({ first, last, file }));
  }

  async #positionOf(before: WriteOptions['before']): Promise<number> {
    return 'position' in before ? before.position : this.#ledger.positionAt(before.instant);
  }

  async #writeNext(last: ArchivedRange | undefined, end: number): Promise<ArchivedRange> {
    const after = last?.last ?? 0;
    const size = Math.min(this.#rangeSize, end - 1 - after);
    const events = await this.#ledger.stored(after, size);
    if (events.length < size) throw new Rejected(`archive positions ${after + 1}–${after + size}: the table has ${events.length} of them`);
    const written = await this.#files.write(last?.hash ?? GENESIS, events, this.#ids.run());
    await this.#ledger.note(written);
    return { ...written, isCut: false };
  }
}

const keptText = (next: ArchivedRange | undefined, isUncovered: boolean): string | null => {
  if (!next) return null;
  const why = isUncovered
    ? 'no snapshot covers them yet, from which a service could start without their files'
    : `events of the last ${KEEP_DAYS} days are kept in the table`;
  return `positions ${next.first} and later stay: ${why}`;
};

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
