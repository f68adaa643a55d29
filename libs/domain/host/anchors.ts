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

/** Of each hour the first head is kept, oldest first, of 400 days. The same list when nothing is new in this one. */
export const remember = (known: readonly Remembered[], anchor: Anchor, now: Instant): readonly Remembered[] => {
  const hour = Math.floor(now / HOUR_MS);
  const last = known.at(-1);
  if (last && (last.hour === hour || compareGenerations(anchor, last.anchor) <= 0)) return known;
  return [...known, { hour, anchor }].slice(-KEPT_HOURS);
};

/** The newest two days whole, and of each day before them the last: few enough for one letter. */
export const toldOf = (known: readonly Remembered[]): readonly Anchor[] => {
  const older = known.slice(0, -TOLD_HOURS);
  const lastOfDay = older.filter(({ hour }, index) => dayOf(hour) !== dayOf(older[index + 1]?.hour ?? Number.POSITIVE_INFINITY));
  return [...lastOfDay, ...known.slice(-TOLD_HOURS)].map(({ anchor }) => anchor);
};

const dayOf = (hour: number): number => Math.floor(hour / DAY_HOURS);
