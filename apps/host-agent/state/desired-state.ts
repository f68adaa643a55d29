import {
  assertNever,
  type ContainerId,
  type ContainersPart,
  compareGenerations,
  type DoorsPart,
  type Generation,
  type HostState,
  type NamesPart,
} from '#libs/contracts';
import { emptyHeld, type Held, takeNews } from '#libs/domain/host';
import type { Disk } from '../ports.ts';
import { readJson } from './whole-file.ts';

interface OnDisk {
  readonly containers: Held<ContainersPart>;
  readonly names: Held<NamesPart>;
  readonly doors: Held<DoorsPart>;
  /** Base64 keys by id. */
  readonly keys: Readonly<Record<string, string>>;
  /** The newest run of each container that was healthy. */
  readonly healthyRuns: Readonly<Record<ContainerId, string>>;
}

const empty: OnDisk = { containers: emptyHeld, names: emptyHeld, doors: emptyHeld, keys: {}, healthyRuns: {} };

/** What this host should be, on disk before anything is done about it: with the control plane down the host still becomes it. */
export class DesiredState {
  readonly #disk: Disk;
  readonly #path: string;
  #held = empty;
  /** Of the newest whole state of the containers that this process was told. */
  #toldAt: Generation = emptyHeld.asOf;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  async load(): Promise<void> {
    this.#held = (await readJson<OnDisk>(this.#disk, this.#path)) ?? empty;
  }

  /** The newest place in the log that anything here was told from; null before it was told anything. */
  get heard(): Generation | null {
    const { containers, names, doors } = this.#held;
    const [newest] = [containers, names, doors].map(({ asOf }) => asOf).sort((a, b) => compareGenerations(b, a));
    return newest && newest.incarnation > 0 ? newest : null;
  }

  get containers(): readonly ContainersPart[] {
    return this.#held.containers.parts;
  }

  get names(): readonly NamesPart[] {
    return this.#held.names.parts;
  }

  get doors(): readonly DoorsPart[] {
    return this.#held.doors.parts;
  }

  get keys(): Readonly<Record<string, string>> {
    return this.#held.keys;
  }

  /** Whether it was told all of its containers by somebody who knew of this session. */
  isToldIn(session: Generation): boolean {
    return compareGenerations(this.#toldAt, session) >= 0;
  }

  /** True when it says something new. */
  take(news: HostState): Promise<boolean> {
    const taken = this.#change((held) => afterNews(held, news));
    if (news.kind !== 'containers' || !news.full) return taken;
    return taken.then((isNew) => {
      if (compareGenerations(news.asOf, this.#toldAt) > 0) this.#toldAt = news.asOf;
      return isNew;
    });
  }

  /** True when it was not known. */
  noteHealthy(container: ContainerId, run: string): Promise<boolean> {
    if (this.healthyRun(container) === run) return Promise.resolve(false);
    return this.#change((held) => ({ ...held, healthyRuns: { ...held.healthyRuns, [container]: run } }));
  }

  healthyRun(container: ContainerId): string | undefined {
    return this.#held.healthyRuns[container];
  }

  /** What only moves `asOf` on is not written down: an older one on disk does no harm. */
  #change(change: (held: OnDisk) => OnDisk): Promise<boolean> {
    const turn = this.#queue.then(async () => {
      const next = change(this.#held);
      const isNew = textOf(next) !== textOf(this.#held);
      if (isNew) await this.#disk.write(this.#path, JSON.stringify(next));
      this.#held = next;
      return isNew;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const afterNews = (held: OnDisk, news: HostState): OnDisk => {
  switch (news.kind) {
    case 'containers': {
      const containers = takeNews(held.containers, news);
      if (containers === held.containers) return held;
      const keys = news.full ? news.keys : { ...held.keys, ...news.keys };
      return { ...held, containers, keys, healthyRuns: onlyNamed(held.healthyRuns, containers.parts) };
    }
    case 'names':
      return { ...held, names: takeNews(held.names, news) };
    case 'doors':
      return { ...held, doors: takeNews(held.doors, news) };
    default:
      return assertNever(news);
  }
};

const onlyNamed = (runs: OnDisk['healthyRuns'], parts: readonly ContainersPart[]): OnDisk['healthyRuns'] => {
  const named = new Set(
    parts.flatMap((part) => part.containers.map((each) => (each.goal === 'gone' ? each.container : each.spec.container))),
  );
  return Object.fromEntries(Object.entries(runs).filter(([container]) => named.has(container as ContainerId)));
};

const textOf = ({ containers, names, doors, keys, healthyRuns }: OnDisk): string =>
  JSON.stringify([containers.parts, names.parts, doors.parts, keys, healthyRuns]);
