import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type BerthEvent, Transient } from '#libs/contracts';
import { WORLD_FORM, type World, WorldReader, worldLines } from '#libs/domain/stack';
import type { EventLog } from '../event-log.ts';
import type { Snapshot, Snapshots } from '../snapshots.ts';

export interface WorldKeeperOptions {
  readonly log: EventLog;
  readonly snapshots: Snapshots;
  /** So many events are read again at most by who starts (20,000 unless told); for a large fleet, of which a snapshot takes longer, more. */
  readonly stride?: number;
  readonly report: (problem: string, cause: unknown) => void;
}

const STRIDE = 20_000;
/** For each so many containers the stride is as long again. */
const CONTAINERS = 100_000;
/** Letters that are packed together: a few milliseconds of work. */
const PART = 1 << 19;

/** Keeps worlds beside the log, so that who starts folds only what came since. */
export class WorldKeeper {
  readonly #options: WorldKeeperOptions;
  readonly #stride: number;
  /** The position from which on another one is wanted. */
  #next: number;
  #saving: Promise<void> | null = null;

  constructor(options: WorldKeeperOptions) {
    this.#options = options;
    this.#stride = options.stride ?? STRIDE;
    this.#next = this.#stride;
  }

  /** The newest world that was kept of this very log; null where there is none. What can't be read is told and passed by. */
  async load(): Promise<World | null> {
    const { log, snapshots } = this.#options;
    this.#next = this.#stride;
    for (const snapshot of (await this.#tried('look for snapshots', () => snapshots.list(NAME))) ?? []) {
      // The log lost what this one knows, or was made anew.
      if ((await log.hashAt(snapshot.position)) !== snapshot.hash) continue;
      const world = await this.#tried(`read the snapshot of position ${snapshot.position}`, () => this.#read(snapshot));
      if (world) return this.#goesOnFrom(world);
    }
    return null;
  }

  /** `last`: the event that led to this world. Saves it, where nobody did lately, while the caller goes on. */
  consider(world: World, last: BerthEvent): void {
    if (this.#saving !== null || world.position < this.#next) return;
    this.#saving = this.#save(this.#goesOnFrom(world), last)
      .catch((cause: unknown) => this.#options.report(`save a snapshot of position ${world.position}`, cause))
      .finally(() => {
        this.#saving = null;
      });
  }

  /** Resolves when nothing is being saved. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  /** The log says it all: without a snapshot it only takes longer. */
  async #tried<T>(doing: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof Transient) throw cause;
      this.#options.report(doing, cause);
      return null;
    }
  }

  #goesOnFrom(world: World): World {
    const [slot, stride] = this.#slotOf(world);
    this.#next = slot + stride;
    return world;
  }

  /** Replicas that fold the same log take the same slots, so that one of them saves. */
  #slotOf({ position, stacks }: World): readonly [slot: number, stride: number] {
    const containers = stacks.values().reduce((sum, stack) => sum + stack.containers.size, 0);
    const stride = this.#stride * Math.max(1, Math.ceil(containers / CONTAINERS));
    return [Math.floor(position / stride) * stride, stride];
  }

  async #save(world: World, last: BerthEvent): Promise<void> {
    const { log, snapshots } = this.#options;
    const { incarnation, position } = world;
    const hash = await log.hashAt(position);
    const [there] = await log.read({ after: position - 1, limit: 1 });
    // Asked for after its hash: if the log lost it and went on, this is another one.
    if (hash === null || there?.id !== last.id) return;
    const [slot] = this.#slotOf(world);
    await snapshots.save(NAME, { incarnation, position, hash, slot }, packed(worldLines(world)));
  }

  async #read(snapshot: Snapshot): Promise<World> {
    const reader = new WorldReader();
    for await (const part of this.#options.snapshots.read(snapshot))
      for (const line of zstdDecompressSync(part).toString().split('\n')) reader.take(line);
    const world = reader.world();
    if (world.position !== snapshot.position) throw new Error(`it holds a world of position ${world.position}`);
    return world;
  }
}

const NAME = `world-${WORLD_FORM}`;

function* packed(lines: Iterable<string>): Generator<Uint8Array> {
  let part: string[] = [];
  let letters = 0;
  for (const line of lines) {
    part.push(line);
    letters += line.length;
    if (letters < PART) continue;
    yield pack(part);
    part = [];
    letters = 0;
  }
  if (part.length > 0) yield pack(part);
}

/** With a checksum, and as fast as it goes: what repeats so much becomes small anyway. */
const pack = (lines: readonly string[]): Uint8Array =>
  zstdCompressSync(lines.join('\n'), { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } });
