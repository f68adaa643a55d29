import type { Clock } from '#libs/clock';
import { type Anchor, anchorOf, anchorText, compareGenerations, instantOfText, isoText } from '#libs/contracts';
import { type Remembered, remember, toldOf } from '#libs/domain/host';
import type { Disk } from '../ports.ts';

/**
 * The heads of the log that this host was told of, one an hour, on its own disk: what the control plane's database says later is compared
 * with them. Each line is an hour and an anchor, as `berth audit verify --anchor` takes it.
 */
export class AnchorBook {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #clock: Clock;
  #known: readonly Remembered[] = [];
  #newest: Anchor | null = null;

  constructor({ disk, path, clock }: { readonly disk: Disk; readonly path: string; readonly clock: Clock }) {
    this.#disk = disk;
    this.#path = path;
    this.#clock = clock;
  }

  /** A line that is none is left out: each anchor stands for itself. */
  async load(): Promise<void> {
    const lines = (await this.#disk.read(this.#path))?.split('\n') ?? [];
    this.#known = lines.flatMap(rememberedIn);
    this.#newest = this.#known.at(-1)?.anchor ?? null;
  }

  /** The newest that was heard of; after a restart, the newest on disk. */
  get newest(): Anchor | null {
    return this.#newest;
  }

  /** As a gateway is told them: the newest is the last, though it may not be on disk. */
  get told(): readonly Anchor[] {
    const told = toldOf(this.#known);
    const newest = this.#newest;
    return newest && told.at(-1)?.hash !== newest.hash ? [...told, newest] : told;
  }

  async hear(anchor: Anchor): Promise<void> {
    const before = this.#newest;
    if (before && compareGenerations(anchor, before) <= 0) return;
    this.#newest = anchor;
    const known = remember(this.#known, anchor, before, this.#clock.now());
    if (known === this.#known) return;
    await this.#disk.write(this.#path, known.map((each) => `${lineOf(each)}\n`).join(''));
    this.#known = known;
  }
}

const HOUR_MS = 3_600_000;

const lineOf = ({ hour, anchor }: Remembered): string => `${isoText(hour * HOUR_MS)} ${anchorText(anchor)}`;

const rememberedIn = (line: string): readonly Remembered[] => {
  const [time = '', text = ''] = line.split(' ');
  const [hour, anchor] = [Math.floor(instantOfText(time) / HOUR_MS), anchorOf(text)];
  return anchor && Number.isSafeInteger(hour) ? [{ hour, anchor }] : [];
};
