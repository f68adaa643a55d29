import type { ReportedContainer, ReportedImages, ReportedPart } from '#libs/contracts';

/** The whole level of a host. */
export interface Level {
  readonly containers: readonly ReportedContainer[];
  readonly parts: readonly ReportedPart[];
  /** Absent where they are not known. */
  readonly images?: ReportedImages | undefined;
}

/** What was told in a session, and with which report each entry last changed. */
export interface ReportBook {
  readonly seq: number;
  readonly acknowledged: number;
  /** The newest report of the session; 0 before the first. */
  readonly told: number;
  readonly level: Level;
  readonly changedAt: Readonly<Record<string, number>>;
  /** The newest report with which any entry changed. */
  readonly newestAt: number;
  /** The newest report after which an entry was there no more: only a full one can say that. */
  readonly vanishedAt: number;
}

export interface Telling extends Level {
  readonly seq: number;
  readonly full: boolean;
  /** What changed after this report is in it. Absent in a full one, and where that is the last acknowledged one. */
  readonly since?: number;
}

export const emptyBook: ReportBook = {
  seq: 0,
  acknowledged: 0,
  told: 0,
  level: { containers: [], parts: [] },
  changedAt: {},
  newestAt: 0,
  vanishedAt: 0,
};

/** Who is told: one that asks for a hello when it misses a report, or one that does not notice. */
type Listener = 'notices gaps' | 'notices nothing';

/**
 * The next report: all that changed since the one before, where a gap is noticed; else all that changed since the last acknowledged one. Everything until
 * there is such a one.
 */
export const tell = (book: ReportBook, level: Level, listener: Listener): { readonly book: ReportBook; readonly telling: Telling } => {
  const next = { ...noteChanges(book, level), seq: book.seq + 1, told: book.seq + 1, level };
  const isNoticed = listener === 'notices gaps';
  const since = isNoticed ? book.told : book.acknowledged;
  const full = since === 0 || next.vanishedAt > since;
  const isNews = (key: string): boolean => full || (next.changedAt[key] ?? 0) > since;
  // Most reports are nothing but a sign of life.
  const isQuiet = !full && next.newestAt <= since;
  const news = isQuiet
    ? { containers: [], parts: [] }
    : {
        containers: level.containers.filter((container) => isNews(containerKey(container))),
        parts: level.parts.filter((part) => isNews(partKey(part))),
        ...(level.images && isNews(IMAGES) ? { images: level.images } : {}),
      };
  return { book: next, telling: { seq: next.seq, full, ...(isNoticed && !full ? { since } : {}), ...news } };
};

export const acknowledge = (book: ReportBook, seq: number): ReportBook =>
  seq > book.acknowledged && seq <= book.seq ? { ...book, acknowledged: seq } : book;

/** Would the next report say anything that the last one did not? */
export const isNew = (book: ReportBook, level: Level): boolean => {
  const next = noteChanges(book, level);
  return next.vanishedAt > book.seq || next.newestAt > book.seq;
};

const noteChanges = (book: ReportBook, level: Level): ReportBook => {
  if (level === book.level) return book;
  const seq = book.seq + 1;
  const before = textsOf(book.level);
  const now = textsOf(level);
  const changedAt: Record<string, number> = {};
  for (const [key, text] of now) changedAt[key] = before.get(key) === text ? (book.changedAt[key] ?? seq) : seq;
  const hasVanished = [...before.keys()].some((key) => !now.has(key));
  const newestAt = Math.max(0, ...new Set(Object.values(changedAt)));
  return { ...book, changedAt, newestAt, vanishedAt: hasVanished ? seq : book.vanishedAt };
};

const containerKey = ({ container }: ReportedContainer): string => `container/${container}`;
const partKey = ({ stack }: ReportedPart): string => `part/${stack}`;

const IMAGES = 'images';

const textsOf = ({ containers, parts, images }: Level): ReadonlyMap<string, string> =>
  new Map([
    ...containers.map((container): [string, string] => [containerKey(container), textOf(container)]),
    ...parts.map((part): [string, string] => [partKey(part), textOf(part)]),
    ...(images ? [[IMAGES, textOf(images)] as [string, string]] : []),
  ]);

/** Of what stands in one level after the other it is made once. */
const texts = new WeakMap<object, string>();
const textOf = (entry: object): string => {
  const text = texts.get(entry) ?? JSON.stringify(entry);
  texts.set(entry, text);
  return text;
};
