/** What a side read in one round, by name: `{ rate: 1200, cpu: 310 }`. */
export type Reading = Readonly<Record<string, number>>;

export interface Figure {
  /** As in goals.json. */
  readonly id: string;
  /** Which of the readings. */
  readonly of: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Without one, the goal is a bound of the value itself. */
  readonly peer?: string;
}

/** Printed as one line of JSON. */
export interface Line {
  readonly bench: string;
  readonly figure: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly ours?: number;
  readonly peer?: string;
  readonly theirs?: number;
  /** Above 1 is ahead, whatever is better: the median of the rounds' ratios. */
  readonly ratio?: number;
  /** (p90 - p10) / median over the rounds: of the ratio where there is a peer. */
  readonly spread?: number;
  readonly rounds?: number;
  readonly noisy?: true;
  readonly goal?: number;
  readonly ok?: boolean;
  readonly skipped?: string;
}

const NOISY = 0.3;

export const lineOf = (
  bench: string,
  figure: Figure,
  ours: readonly number[],
  theirs: readonly number[] | null,
  goal: number | null,
): Line => {
  const { id, unit, better, peer } = figure;
  const ratios = theirs?.map((value, round) => ratioOf(better, ours[round] ?? Number.NaN, value));
  const judged = ratios ?? ours;
  const spread = spreadOf(judged);
  const ratio = ratios && median(ratios);
  const reached = ratio ?? median(ours);
  const isReached = goal !== null && (ratio === undefined && better === 'lower' ? reached <= goal : reached >= goal);
  return {
    bench,
    figure: id,
    unit,
    better,
    ours: short(median(ours)),
    ...(peer !== undefined && theirs ? { peer, theirs: short(median(theirs)) } : {}),
    ...(ratio === undefined ? {} : { ratio: short(ratio) }),
    spread: short(spread),
    rounds: ours.length,
    ...(spread > NOISY ? { noisy: true as const } : {}),
    ...(goal === null ? {} : { goal, ok: isReached }),
  };
};

export const skippedLine = (bench: string, { id, unit, better, peer }: Figure, reason: string): Line => ({
  bench,
  figure: id,
  unit,
  better,
  ...(peer === undefined ? {} : { peer }),
  skipped: reason,
});

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
};

const median = (values: readonly number[]): number => quantile(values, 0.5);

const ratioOf = (better: 'higher' | 'lower', ours: number, theirs: number): number => (better === 'higher' ? ours / theirs : theirs / ours);

/** Values that are all 0 have no spread. */
const spreadOf = (values: readonly number[]): number => {
  const width = quantile(values, 0.9) - quantile(values, 0.1);
  return width === 0 ? 0 : width / median(values);
};

const short = (value: number): number => Number(value.toPrecision(4));
