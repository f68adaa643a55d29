import type { Turn } from '#libs/bus';
import type { Ids } from '#libs/clock';
import type { BerthEvent, StackName } from '#libs/contracts';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import type { EventLog, Head } from '../event-log.ts';
import { readAsFarAs } from '../read-as-far-as.ts';
import type { Snapshots } from '../snapshots.ts';
import type { Unreadable } from '../unreadable.ts';
import { Heard } from './heard.ts';
import { WorldKeeper, type WorldKeeperOptions } from './world-keeper.ts';

/** An event that this release can't fold. It is never skipped: what comes after it is not known until it can be folded. */
export interface Halt {
  readonly event: Unreadable['event'];
  readonly why: string;
}

export interface FoldOptions {
  readonly log: EventLog;
  readonly ids: Ids;
  readonly consumer: string;
  readonly report: WorldKeeperOptions['report'];
  /** Where worlds are kept, so that reading begins at the newest of them. Without it, it begins at the first event. */
  readonly snapshots?: Snapshots | undefined;
  /** As `WorldKeeper` has it. */
  readonly stride?: number;
  /** Called for each event that is folded while the world goes on, with the stacks that it touched. */
  readonly onEvent?: (event: BerthEvent, stacks: readonly StackName[]) => void;
}

const BATCH = 1000;

/** The world as the log tells it, up to its head or to the first event that can't be folded. Called by one at a time. */
export class Fold {
  readonly #options: FoldOptions;
  readonly #heard = new Heard();
  readonly #keeper: WorldKeeper | null;
  #world = emptyWorld;
  #halt: Halt | null = null;
  /** The world is that of the log as it was at some moment, and not the beginning of one. */
  #isWhole = false;
  /** The newest that was folded. */
  #last: BerthEvent | null = null;

  constructor(options: FoldOptions) {
    this.#options = options;
    const { snapshots } = options;
    this.#keeper = snapshots ? new WorldKeeper({ ...options, snapshots }) : null;
  }

  get world(): World {
    return this.#world;
  }

  get halt(): Halt | null {
    return this.#halt;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Folds a batch of the feed, or reads on where it leaves a gap. Gives the stacks that were touched. */
  async take(events: readonly BerthEvent[]): Promise<readonly StackName[]> {
    const { incarnation, position } = this.#world;
    if (events.some((event) => event.incarnation > incarnation)) return this.readAnew();
    if (events.some((event) => event.incarnation === incarnation && this.#heard.contradicts(event))) return this.#goBack();
    const fresh = events.filter((event) => event.incarnation === incarnation && event.position > position);
    if (this.#halt || events.length === 0 || (fresh[0] && fresh[0].position !== position + 1)) return this.readOn();
    return this.#kept(this.#foldAll(fresh));
  }

  /** Waits for what is being saved. */
  async close(): Promise<void> {
    await this.#keeper?.settled();
  }

  /** Reads from where it stands to the head of the log. */
  async readOn(): Promise<readonly StackName[]> {
    if (!this.#isWhole) return this.readAnew();
    const { log } = this.#options;
    const touched = new Set<StackName>();
    for (;;) {
      const { position } = this.#world;
      // With the last that is known: it may be another one now.
      const overlap = this.#heard.knows(position) ? 1 : 0;
      const { events: read, unreadable } = await readAsFarAs(log, position - overlap, BATCH);
      const events = read.slice(overlap);
      if (read.some(({ incarnation }) => incarnation > this.#world.incarnation)) return this.readAnew();
      if (read[0] && this.#heard.contradicts(read[0])) return this.#goBack();
      this.#halt = unreadable && { event: unreadable.event, why: unreadable.why };
      for (const stack of this.#foldAll(events)) touched.add(stack);
      if (this.#halt || read.length < BATCH) return this.#kept([...touched]);
    }
  }

  /**
   * Drops the world and reads the log anew, from the newest world that was kept of it: at the start, and when the log turned out to be
   * another one than the world was read from. Every stack that was or is known counts as touched.
   */
  async readAnew(): Promise<readonly StackName[]> {
    const before = this.#world.stacks.keys();
    this.#isWhole = false;
    this.#heard.forget();
    this.#last = null;
    this.#world = (await this.#keeper?.load()) ?? emptyWorld;
    for (;;) {
      const { events, unreadable } = await readAsFarAs(this.#options.log, this.#world.position, BATCH);
      this.#halt = unreadable && { event: unreadable.event, why: unreadable.why };
      this.#foldAll(events);
      if (this.#halt || events.length < BATCH) break;
    }
    this.#isWhole = true;
    return this.#kept([...new Set([...before, ...this.#world.stacks.keys()])]);
  }

  /**
   * Compares with the head of the log. A log that lacks what was folded has lost it: its incarnation is raised, so that everybody drops
   * what was told of that future. `isShort`: a stream was seen that is shorter than it was.
   */
  async compare(head: Head, { isShort = false } = {}): Promise<readonly StackName[]> {
    const { log, ids, consumer } = this.#options;
    const { incarnation, position } = this.#world;
    const isBack = head.incarnation < incarnation || (head.incarnation === incarnation && (isShort || head.position < position));
    // Above every incarnation that anybody may have heard of.
    for (let from = head.incarnation; isBack && from <= incarnation; from++)
      await log.raiseIncarnation({ id: ids.event(), from, reason: 'unknown-future', actor: consumer });
    return isBack || head.incarnation > incarnation ? this.readAnew() : [];
  }

  /** The log has another event where one was folded. */
  async #goBack(): Promise<readonly StackName[]> {
    return this.compare(await this.#options.log.head(), { isShort: true });
  }

  #foldAll(events: readonly BerthEvent[]): readonly StackName[] {
    const touched = new Set<StackName>();
    for (const event of events) {
      try {
        this.#world = evolveWorld(this.#world, event);
        this.#heard.note(event);
        this.#last = event;
      } catch (cause) {
        const { id, position, type, v, stream, version } = event;
        this.#halt = { event: { id, position, type, v, stream, version }, why: cause instanceof Error ? cause.message : String(cause) };
        break;
      }
      // Everything is touched by a world that is read anew.
      if (!this.#isWhole) continue;
      const stacks = touchedBy(this.#world, event);
      for (const stack of stacks) touched.add(stack);
      this.#options.onEvent?.(event, stacks);
    }
    return [...touched];
  }

  /** A moment to keep the world, of which these stacks were touched. */
  #kept(touched: readonly StackName[]): readonly StackName[] {
    if (this.#last) this.#keeper?.consider(this.#world, this.#last);
    return touched;
  }
}

/** Stacks whose decisions may change: the one that the event concerns, or all of them when a host changed. */
export const touchedBy = (world: World, { data }: Pick<Turn, 'data'>): readonly StackName[] =>
  'stack' in data ? [data.stack as StackName] : world.stacks.keys();
