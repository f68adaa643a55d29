import type { Turn, Turns } from '#libs/bus';
import type { Clock, Timer } from '#libs/clock';
import { type BerthEvent, type Instant, type StackName, Transient } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { Beats } from '../listening/beats.ts';
import { BEAT_MS, Listening } from '../listening/listening.ts';
import { LogTime } from '../listening/log-time.ts';
import { Decider, type DeciderOptions } from './decider.ts';
import { Fold, type FoldOptions, touchedBy } from './fold.ts';
import { Looks } from './looks.ts';
import { Owed } from './owed.ts';

export interface ReactorOptions extends Omit<DeciderOptions, 'time'> {
  readonly clock: Clock;
  /**
   * `on feed` (unless told): decides for all that the feed brings. `in turn`: folds what the feed brings and decides for what `act` is
   * handed, where replicas share the work.
   */
  readonly acts?: 'on feed' | 'in turn';
  /** Whose lanes are this replica's. What the post does not hand out of them is taken from the log. */
  readonly turns?: Pick<Turns, 'lanes'> | undefined;
  /** Called after events were folded, with the stacks that they touched; for mail, never for appending. */
  readonly onFolded?: (world: World, stacks: readonly StackName[]) => void;
  /** Called when it halts, and when it goes on: a halted replica leaves its turns to others. */
  readonly onHalted?: (isHalted: boolean) => void;
  /** Where time of work is counted: without it that goes on while nobody listens. */
  readonly beats?: Beats | undefined;
  /** Where worlds are kept, so that a start reads what came since. Without it, it reads the whole log. */
  readonly snapshots?: FoldOptions['snapshots'];
  /** So many events lie between two of them, at least; 20,000 unless told. */
  readonly stride?: number;
}

/** How long a turn waits for the feed before it reads the log itself. */
const FEED_MS = 300;
/** For so long it decides before it lets others have their turn. */
const SLICE_MS = 100;
/** How often it looks for what nobody decided. */
const LOOK_MS = 5000;
/** How often it looks for turns that the post owes it. */
const OWED_MS = 250;

/**
 * Folds the whole log into a world and appends what is due in it. It is level-triggered: nothing is remembered between
 * decisions, so a crash at any point, a repeated batch or a conflict only leads to the same decision again, and the
 * expected versions keep two replicas apart. What has been due for a whole look without anybody deciding it (a lost turn, the timer of
 * a replica that died) it decides whoever's turn it is. It decides nothing while an event can't be folded.
 */
export class Reactor {
  readonly #options: ReactorOptions;
  readonly #fold: Fold;
  readonly #decider: Decider;
  readonly #time: LogTime;
  readonly #timers = new Map<StackName, Timer>();
  /** Touched, and not decided since: a failed append leaves its stack here. */
  readonly #undecided = new Set<StackName>();
  readonly #looks: Looks;
  readonly #listening: Listening | null;
  readonly #owed: Owed;
  #look: Timer | null = null;
  #owing: Timer | null = null;
  #beat: Timer | null = null;
  #progress = Promise.withResolvers<void>();
  #isHalted = false;
  #isStopped = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ReactorOptions) {
    this.#options = options;
    this.#owed = new Owed(options);
    this.#fold = new Fold({ ...options, onEvent: (event, stacks) => this.#owed.folded(event, stacks) });
    this.#time = new LogTime(options.clock);
    this.#decider = new Decider({ ...options, time: this.#time });
    const { beats } = options;
    this.#listening = beats ? new Listening({ ...options, beats, time: this.#time }) : null;
    this.#looks = new Looks((world, stack) => this.#decider.due(world, stack).some(({ events }) => events.length > 0));
  }

  get world(): World {
    return this.#fold.world;
  }

  /** By the log's clock, as far as it is known here. */
  get now(): Instant {
    return this.#time.now();
  }

  /** What keeps it from deciding, in words; null when nothing does. */
  get hindrance(): string | null {
    const { halt } = this.#fold;
    if (!halt) return null;
    const { event, why } = halt;
    return `it is halted before position ${event.position}: event ${event.id} (${event.type}) can not be folded: ${why}`;
  }

  /** What somebody should know though it does its work. */
  get remarks(): readonly string[] {
    const { consumer } = this.#options;
    const parked = this.world.stacks.values().filter(({ parks }) => parks[consumer]);
    const words = `${parked.length} parked (berth parks): ${parked.map(({ stack }) => stack).join(', ')}`;
    return [...(parked.length > 0 ? [words] : []), ...this.#owed.words];
  }

  /** Reads the log to its head, then decides for every stack. */
  async start(): Promise<void> {
    await this.#inTurn(async () => {
      const stacks = await this.#fold.readAnew();
      await this.#react(stacks, stacks);
    });
    this.#owed.begin();
    this.#lookLater();
    this.#beatLater();
    this.#oweLater();
  }

  /**
   * Takes a batch of the feed: what is known already is dropped, a gap is read from the log. An empty batch says that something may
   * have been missed.
   */
  async take(events: readonly BerthEvent[]): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#fold.isWhole) await this.#react(await this.#fold.take(events));
    });
  }

  /**
   * Decides for the stacks that these events touched, once it knows the world at least up to them. Resolves when nothing is left
   * undecided of them: then the turn may be given back. Throws `Transient` while it is halted.
   */
  async act(events: readonly Turn[]): Promise<void> {
    await this.#owed.handed(events, async () => {
      const last = events.at(-1);
      await this.#until(() => this.#fold.isWhole && (!last || this.#knows(last)));
      const stacks = new Set(events.flatMap((event) => touchedBy(this.world, event)));
      await this.#inTurn(() => this.#react([], [...stacks]));
      await this.#until(() => ![...stacks].some((stack) => this.#undecided.has(stack)));
    });
  }

  /** Resolves when this position is folded: for who appended it by another way and judges by the world next. */
  async caughtUpTo(position: number): Promise<void> {
    if (this.#options.acts === 'in turn') return this.#until(() => this.world.position >= position);
    await this.#inTurn(async () => {
      if (this.#fold.isWhole && this.world.position < position) await this.#react(await this.#fold.readOn());
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#look?.cancel();
    this.#beat?.cancel();
    this.#owing?.cancel();
    this.#progress.resolve();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    await this.#queue;
    await this.#fold.close();
  }

  /** News of an incarnation that ended are known as soon as it did. */
  #knows({ incarnation, position }: Turn): boolean {
    return this.world.incarnation > incarnation || (this.world.incarnation === incarnation && this.world.position >= position);
  }

  /** Runs one thing at a time; a failure is the caller's to see and holds nothing up. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => (this.#isStopped ? undefined : work()));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for the feed to make it so; what the feed does not bring in time is read from the log. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.#isStopped) {
      if (this.#isHalted) throw new Transient(this.hindrance ?? 'it is halted');
      if (await this.#progressInTime()) continue;
      await this.#inTurn(async () => {
        if (this.#fold.isWhole && !isSo()) await this.#react(await this.#fold.readOn());
      });
    }
  }

  async #progressInTime(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const patience = this.#options.clock.after(FEED_MS, () => resolve(false));
    const hasCome = await Promise.race([promise, this.#progress.promise.then(() => true)]);
    patience.cancel();
    return hasCome;
  }

  /** `ours`: what this replica decides for, besides what it began and has not ended. */
  async #react(folded: readonly StackName[], ours = this.#ours(folded)): Promise<void> {
    if (folded.length > 0) this.#options.onFolded?.(this.world, folded);
    for (const stack of ours) this.#undecided.add(stack);
    this.#tellOfHalt();
    try {
      if (!this.#isHalted) await this.#decideAll();
    } finally {
      this.#progress.resolve();
      this.#progress = Promise.withResolvers();
    }
  }

  /** Where there is much to decide, what came meanwhile is folded in between: who waits for it must not wait for all of that. */
  async #decideAll(): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonic() + SLICE_MS;
    for (const stack of [...this.#undecided]) {
      if (clock.monotonic() > end) return this.#decideOn();
      await this.#decide(stack);
    }
  }

  /** After what waits for its turn. What fails stays undecided, which a look finds. */
  #decideOn(): void {
    this.#inTurn(() => this.#react([], [])).catch(() => undefined);
  }

  /** In turn, what was folded is whose turn it is. */
  #ours(folded: readonly StackName[]): readonly StackName[] {
    return this.#options.acts === 'in turn' ? [] : folded;
  }

  #tellOfHalt(): void {
    const { hindrance } = this;
    if (this.#isHalted === (hindrance !== null)) return;
    this.#isHalted = hindrance !== null;
    const { report, onHalted } = this.#options;
    if (hindrance !== null) report('fold the log', new Error(hindrance));
    onHalted?.(this.#isHalted);
  }

  /**
   * What is left undecided was older than the log, or its own last word is not back: what came between may concern another stack, so it is decided
   * again with that.
   */
  async #decide(stack: StackName): Promise<void> {
    await this.#listen();
    if (this.#decider.isAheadOf(this.world)) this.#note(await this.#fold.readOn());
    if (this.#fold.halt || this.#decider.isAwaited(this.world, stack)) return;
    this.#timers.get(stack)?.cancel();
    const { end, wakeAt } = await this.#decider.decide(this.world, stack);
    if (wakeAt !== null) this.#wake(stack, wakeAt);
    if (end === 'done' || end === 'paused') this.#undecided.delete(stack);
    // Everything is decided again in the world that takes its place.
    if (end === 'elsewhere' || end === 'short')
      this.#note(await this.#fold.compare(await this.#options.log.head(), { isShort: end === 'short' }));
  }

  /** Folded in the middle of deciding. */
  #note(touched: readonly StackName[]): void {
    if (touched.length === 0) return;
    this.#options.onFolded?.(this.world, touched);
    for (const stack of this.#ours(touched)) this.#undecided.add(stack);
  }

  #wake(stack: StackName, at: number): void {
    const { clock } = this.#options;
    const again = async (): Promise<void> => {
      this.#undecided.add(stack);
      await this.#react([], [stack]);
    };
    const timer = clock.after(Math.max(1, at - this.now), () => {
      this.#inTurn(again).catch(() => this.#wake(stack, this.now + 1000));
    });
    this.#timers.set(stack, timer);
  }

  /** Folds what is told of a silence, here or by another replica, so that nothing is decided as if time had run. */
  async #listen(): Promise<void> {
    while (await this.#listening?.hasToTell(this.world)) {
      const { position } = this.world;
      this.#note(await this.#fold.readOn());
      // It is not told in this log, or not to be folded.
      if (this.world.position === position) return this.#note(await this.#fold.compare(await this.#options.log.head()));
    }
  }

  #beatLater(): void {
    if (this.#isStopped || !this.#listening) return;
    this.#beat = this.#options.clock.after(BEAT_MS, () => {
      // What fails is a silence, and told when the database is back.
      this.#inTurn(() => this.#listen())
        .catch(() => undefined)
        .finally(() => this.#beatLater());
    });
  }

  #oweLater(): void {
    if (this.#isStopped || this.#owed.isIdle) return;
    this.#owing = this.#options.clock.after(OWED_MS, () => {
      // What fails stays undecided, which a look finds.
      this.#inTurn(() => this.#takeOwed())
        .catch(() => undefined)
        .finally(() => this.#oweLater());
    });
  }

  async #takeOwed(): Promise<void> {
    const owed = this.#fold.isWhole && !this.#isHalted ? this.#owed.take(this.world) : [];
    if (owed.length > 0) await this.#react([], owed);
  }

  #lookLater(): void {
    if (this.#isStopped) return;
    this.#look = this.#options.clock.after(LOOK_MS, () => {
      // What fails is met again at the next look; who can't reach the log is told of it by its feed and its turns.
      this.#inTurn(() => this.#rescue())
        .catch(() => undefined)
        .finally(() => this.#lookLater());
    });
  }

  async #rescue(): Promise<void> {
    const head = await this.#options.log.head();
    const lost = this.#fold.isWhole ? await this.#fold.compare(head) : [];
    const isBehind = this.#isHalted || !this.#fold.isWhole || this.#looks.isSilent(this.world, head.position);
    const folded = isBehind || this.#undecided.size > 0 ? await this.#fold.readOn() : [];
    if (this.#undecided.size > 0) this.#decider.awaitNothing();
    const touched = [...new Set([...lost, ...folded])];
    const forgotten = this.#fold.halt ? [] : this.#looks.forgotten(this.world);
    await this.#react(touched, [...this.#ours(touched), ...forgotten]);
  }
}
