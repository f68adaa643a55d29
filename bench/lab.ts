import { goalsOf } from './goals.ts';
import { type Figure, type Line, lineOf, type Reading, skippedLine } from './line.ts';

/** One side of a comparison: does its share of one round and says what it read. */
export type Side = () => Promise<Reading>;

export interface Measure {
  readonly ours: Side;
  /** By name. A side that can't be had is the reason why, in words. */
  readonly peers?: Readonly<Record<string, Side | string>>;
  readonly figures: readonly Figure[];
}

/** Numbers that were given beside `--quick`, by name. */
export type Options = Readonly<Record<string, number>>;

const QUICK_ROUNDS = 5;
const FULL_ROUNDS = 9;
/** Of one measure, while one of its figures is noisy. */
const MOST_TRIES = 3;

/** What a bench gets: it measures in interleaved rounds and prints a line a figure. */
export class Lab {
  readonly area: string;
  /** Short slices and small logs; the same figures. */
  readonly isQuick: boolean;
  readonly lines: Line[] = [];
  readonly #options: Options;
  readonly #print: (line: Line) => void;

  constructor(area: string, isQuick: boolean, print: (line: Line) => void, options: Options = {}) {
    this.area = area;
    this.isQuick = isQuick;
    this.#options = options;
    this.#print = print;
  }

  /** The number that was given as `--name`; undefined when none was. */
  option(name: string): number | undefined {
    return this.#options[name];
  }

  /** For what takes so long that it is done once. */
  once(reading: Reading, figures: readonly Figure[]): void {
    for (const line of this.#judge(figures, new Map([[OURS, [reading]]]))) this.#say(line);
  }

  async measure({ ours, peers = {}, figures }: Measure): Promise<void> {
    const present = Object.entries(peers).filter((peer): peer is [string, Side] => typeof peer[1] !== 'string');
    const sides: [string, Side][] = [[OURS, ours], ...present];
    for (const figure of figures) {
      const reason = figure.peer === undefined ? undefined : peers[figure.peer];
      if (typeof reason === 'string') this.#say(skippedLine(this.area, figure, reason));
    }
    const wanted = figures.filter(({ peer }) => peer === undefined || typeof peers[peer] === 'function');
    let best: Line[] | null = null;
    for (let tries = 0; tries < MOST_TRIES && (best === null || best.some(({ noisy }) => noisy)); tries++) {
      const lines = this.#judge(wanted, await this.#rounds(sides));
      if (best === null || noiseOf(lines) < noiseOf(best)) best = lines;
    }
    for (const line of best ?? []) this.#say(line);
  }

  /** A b c, then c b a, and so on: a drift of the machine meets all alike. */
  async #rounds(sides: readonly [string, Side][]): Promise<Map<string, Reading[]>> {
    const readings = new Map<string, Reading[]>(sides.map(([name]) => [name, []]));
    for (let round = 0; round < (this.isQuick ? QUICK_ROUNDS : FULL_ROUNDS); round++)
      for (const [name, side] of round % 2 === 0 ? sides : sides.toReversed()) readings.get(name)?.push(await side());
    return readings;
  }

  #judge(figures: readonly Figure[], readings: ReadonlyMap<string, readonly Reading[]>): Line[] {
    const goals = goalsOf(this.area);
    return figures.map((figure) => {
      const of = (name: string): number[] => (readings.get(name) ?? []).map((reading) => readOf(reading, figure));
      return lineOf(this.area, figure, of(OURS), figure.peer === undefined ? null : of(figure.peer), goals[figure.id] ?? null);
    });
  }

  #say(line: Line): void {
    this.lines.push(line);
    this.#print(line);
  }
}

const OURS = '';

const noiseOf = (lines: readonly Line[]): number => lines.reduce((sum, { spread = 0 }) => sum + spread, 0);

const readOf = (reading: Reading, { id, of }: Figure): number => {
  const value = reading[of];
  if (value === undefined || !Number.isFinite(value)) throw new Error(`judge ${id}: a side did not read ${of}`);
  return value;
};
