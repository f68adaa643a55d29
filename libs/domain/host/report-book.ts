import type { ReportedContainer, ReportedPart } from '#libs/contracts';

/** The whole level of a host. */
export interface Level {
  readonly containers: readonly ReportedContainer[];
  readonly parts: readonly ReportedPart[];
}

/** What was told in a session, and with which report each entry last changed. */
export interface ReportBook {
  readonly seq: number;
  readonly acknowledged: number;
  readonly level: Level;
  readonly changedAt: Readonly<Record<string, number>>;
  /** The newest report after which an entry was there no more: only a full one can say that. */
  readonly vanishedAt: number;
}

export interface Telling extends Level {
  readonly seq: number;
  readonly full: boolean;
}

export const emptyBook: ReportBook = { seq: 0, acknowledged: 0, level: { containers: [], parts: [] }, changedAt: {}, vanishedAt: 0 };

/** The next report: all that changed since the last acknowledged one; everything until the first is acknowledged. */
export const tell = (book: ReportBook, level: Level): { readonly book: ReportBook; readonly telling: Telling } => {
  const next = { ...noteChanges(book, level), seq: book.seq + 1, level };
  const full = book.acknowledged === 0 || next.vanishedAt > book.acknowledged;
  const isNews = (key: string): boolean => full || (next.changedAt[key] ?? 0) > book.acknowledged;
  const telling = {
    seq: next.seq,
    full,
    containers: level.containers.filter((container) => isNews(containerKey(container))),
    parts: level.parts.filter((part) => isNews(partKey(part))),
  };
  return { book: next, telling };
};

export const acknowledge = (book: ReportBook, seq: number): ReportBook =>
  seq > book.acknowledged && seq <= book.seq ? { ...book, acknowledged: seq } : book;

/** Would the next report say anything that the last one did not? */
export const isNew = (book: ReportBook, level: Level): boolean => {
  const next = noteChanges(book, level);
  return next.vanishedAt > book.seq || Object.values(next.changedAt).some((seq) => seq > book.seq);
};

const noteChanges = (book: ReportBook, level: Level): ReportBook => {
  const seq = book.seq + 1;
  const before = textsOf(book.level);
  const now = textsOf(level);
  const changedAt: Record<string, number> = {};
  for (const [key, text] of now) changedAt[key] = before.get(key) === text ? (book.changedAt[key] ?? seq) : seq;
  const hasVanished = [...before.keys()].some((key) => !now.has(key));
  return { ...book, changedAt, vanishedAt: hasVanished ? seq : book.vanishedAt };
};

const containerKey = ({ container }: ReportedContainer): string => `container/${container}`;
const partKey = ({ stack }: ReportedPart): string => `part/${stack}`;

const textsOf = ({ containers, parts }: Level): ReadonlyMap<string, string> =>
  new Map([
    ...containers.map((container): [string, string] => [containerKey(container), JSON.stringify(container)]),
    ...parts.map((part): [string, string] => [partKey(part), JSON.stringify(part)]),
  ]);
