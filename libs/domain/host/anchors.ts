import { type Anchor, compareGenerations, type Instant } from '#libs/contracts';

/** A head of the log that a host was told of, with the hour (since 1970) in which it was. */
export interface Remembered {
  readonly hour: number;
  readonly anchor: Anchor;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const KEPT_HOURS = 400 * DAY_HOURS;
const TOLD_HOURS = 2 * DAY_HOURS;

/**
 * Of each hour the first head is kept, and of each incarnation the last that was heard of before the next: it shows what was lost. Oldest first, of 400
 * days. `before`: what was heard of last. The same list when nothing is new in this one.
 */
export const remember = (known: readonly Remembered[], anchor: Anchor, before: Anchor | null, now: Instant): readonly Remembered[] => {
  const hour = Math.floor(now / HOUR_MS);
  const ended = before && before.incarnation < anchor.incarnation ? withNewer(known, { hour, anchor: before }) : known;
  const last = ended.at(-1);
  if (last && last.hour === hour && last.anchor.incarnation === anchor.incarnation) return ended;
  return withNewer(ended, { hour, anchor });
};

const withNewer = (known: readonly Remembered[], next: Remembered): readonly Remembered[] => {
  const last = known.at(-1);
  return last && compareGenerations(next.anchor, last.anchor) <= 0 ? known : [...known, next].slice(-KEPT_HOURS);
};

/** The newest two days whole, and of each day before them the last: few enough for one letter. */
export const toldOf = (known: readonly Remembered[]): readonly Anchor[] => {
  const older = known.slice(0, -TOLD_HOURS);
  const lastOfDay = older.filter(({ hour }, index) => dayOf(hour) !== dayOf(older[index + 1]?.hour ?? Number.POSITIVE_INFINITY));
  return [...lastOfDay, ...known.slice(-TOLD_HOURS)].map(({ anchor }) => anchor);
};

const dayOf = (hour: number): number => Math.floor(hour / DAY_HOURS);
