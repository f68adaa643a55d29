import type { Clock, Ids, Timer } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, StackName } from '#libs/contracts';
import type { Decided, Decision } from '#libs/domain';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import type { AppendItem, EventLog } from '../event-log.ts';
import { Looks } from './looks.ts';

export interface ReactorOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names the service in events (`actor`). */
  readonly consumer: string;
  /** What is due for one stack. Pure. */
  readonly due: (world: World, stack: StackName, now: number) => readonly Decision[];
  /** Told of a decision that could not be made or was refused for good; the stack waits until something else concerns it. */
  readonly report: (problem: string, cause: unknown) => void;
  /**
   * `on feed` (unless told): decides for all that the feed brings. `in turn`: folds what the feed brings and decides for what `act` is
   * handed, where replicas share the work.
   */
  readonly acts?: 'on feed' | 'in turn';
  /** Called after events were folded, with the stacks that they touched; for mail, never for appending. */
  readonly onFolded?: (world: World, stacks: readonly StackName[]) => void;
}

/** How long a turn waits for the feed before it reads the log itself. */
const FEED_MS = 300;
/** How often it looks for what nobody decided. */
const LOOK_MS = 5000;

/**
 * Folds the whole log into a world and appends what is due in it. It is level-triggered: nothing is remembered between
 * decisions, so a crash at any point, a repeated batch or a conflict only leads to the same decision again, and the
 * expected versions keep two replicas apart. What has been due for a whole look without anybody deciding it (a lost turn, the timer of
 * a replica that died) it decides whoever's turn it is.
 */
export class Reactor {
  readonly #options: ReactorOptions;
  readonly #timers = new Map<StackName, Timer>();
  /** Touched, and not decided since: a failed append leaves its stack here. */
  readonly #undecided = new Set<StackName>();
  readonly #looks: Looks;
  #look: Timer | null = null;
  #progress = Promise.withResolvers<void>();
  #world = emptyWorld;
  #isCaughtUp = false;
  #isStopped = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: ReactorOptions) {
    this.#options = options;
    this.#looks = new Looks(options);
  }

  get world(): World {
    return this.#world;
  }

  /** Reads the log to its head, then decides for every stack. */
  async start(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#readOn();
      this.#isCaughtUp = true;
      const stacks = this.#world.stacks.keys();
      await this.#react(stacks, stacks);
    });
    this.#lookLater();
  }

  /**
   * Takes a batch of the feed: what is known already is dropped, a gap is read from the log. An empty batch says that something may
   * have been missed.
   */
  async take(events: readonly BerthEvent[]): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#isCaughtUp) return;
      const fresh = events.filter((event) => event.position > this.#world.position);
      const hasGap = events.length === 0 || (fresh.length > 0 && fresh[0]?.position !== this.#world.position + 1);
      await this.#react(hasGap ? await this.#readOn() : this.#fold(fresh));
    });
  }

  /**
   * Decides for the stacks that these events touched, once it knows the world at least up to them. Resolves when nothing is left
   * undecided of them: then the turn may be given back.
   */
  async act(events: readonly BerthEvent[]): Promise<void> {
    const last = events.at(-1)?.position ?? 0;
    await this.#until(() => this.#isCaughtUp && this.#world.position >= last);
    const stacks = new Set(events.flatMap((event) => touchedBy(this.#world, event)));
    await this.#inTurn(() => this.#react([], [...stacks]));
    await this.#until(() => ![...stacks].some((stack) => this.#undecided.has(stack)));
  }

  /** Resolves when this position is folded: for who appended it by another way and judges by the world next. */
  async caughtUpTo(position: number): Promise<void> {
    if (this.#options.acts === 'in turn') return this.#until(() => this.#world.position >= position);
    await this.#inTurn(async () => {
      if (this.#isCaughtUp && this.#world.position < position) await this.#react(await this.#readOn());
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#look?.cancel();
    this.#progress.resolve();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    await this.#queue;
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
      if (await this.#progressInTime()) continue;
      await this.#inTurn(async () => {
        if (this.#isCaughtUp && !isSo()) await this.#react(await this.#readOn());
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

  async #readOn(): Promise<readonly StackName[]> {
    const touched = new Set<StackName>();
    for (;;) {
      const events = await this.#options.log.read({ after: this.#world.position, limit: 1000 });
      for (const stack of this.#fold(events)) touched.add(stack);
      if (events.length < 1000) return [...touched];
    }
  }

  #fold(events: readonly BerthEvent[]): readonly StackName[] {
    const touched = new Set<StackName>();
    for (const event of events) {
      this.#world = evolveWorld(this.#world, event);
      for (const stack of touchedBy(this.#world, event)) touched.add(stack);
    }
    return [...touched];
  }

  /** `ours`: what this replica decides for, besides what it began and has not ended. */
  async #react(folded: readonly StackName[], ours = this.#options.acts === 'in turn' ? [] : folded): Promise<void> {
    if (folded.length > 0) this.#options.onFolded?.(this.#world, folded);
    for (const stack of ours) this.#undecided.add(stack);
    try {
      for (const stack of this.#undecided) {
        if (await this.#decide(stack)) this.#undecided.delete(stack);
      }
    } finally {
      this.#progress.resolve();
      this.#progress = Promise.withResolvers();
    }
  }

  /** False when the world was older than the log: what came between may concern another stack, so this one is decided again with it. */
  async #decide(stack: StackName): Promise<boolean> {
    this.#timers.get(stack)?.cancel();
    const decisions = this.#due(stack);
    let isCurrent = true;
    for (const decision of decisions) {
      if (decision.events.length > 0) isCurrent = (await this.#append(stack, decision)) && isCurrent;
    }
    const wakeAt = Math.min(...decisions.map((decision) => decision.wakeAt ?? Number.POSITIVE_INFINITY));
    if (Number.isFinite(wakeAt)) this.#wake(stack, wakeAt);
    return isCurrent;
  }

  async #decideAgain(stack: StackName): Promise<void> {
    this.#undecided.add(stack);
    if (await this.#decide(stack)) this.#undecided.delete(stack);
  }

  #due(stack: StackName): readonly Decision[] {
    try {
      return this.#options.due(this.#world, stack, this.#options.clock.now());
    } catch (cause) {
      this.#options.report(`decide for stack ${stack} at position ${this.#world.position}`, cause);
      return [];
    }
  }

  /** A conflict needs no answer but false: what came between arrives by the feed. */
  async #append(stack: StackName, decision: Decision): Promise<boolean> {
    const [result] = await this.#options.log.append([this.#item(decision)]);
    if (result?.status === 'refused') this.#options.report(`append for stack ${stack}`, new Error(result.reason));
    return result?.status !== 'conflict';
  }

  #wake(stack: StackName, at: number): void {
    const wait = Math.max(1, at - this.#options.clock.now());
    this.#timers.set(
      stack,
      this.#options.clock.after(wait, () => {
        this.#inTurn(() => this.#decideAgain(stack)).catch(() => this.#wake(stack, this.#options.clock.now() + 1000));
      }),
    );
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
    const { log } = this.#options;
    const isBehind = this.#looks.isSilent(this.#world, (await log.head()).position);
    const folded = isBehind || this.#undecided.size > 0 ? await this.#readOn() : [];
    await this.#react(folded, this.#looks.forgotten(this.#world));
  }

  #item({ events, expected, correlation, causation }: Decision): AppendItem {
    const { ids, consumer } = this.#options;
    return {
      incarnation: this.#world.incarnation,
      expected,
      events: events.map(({ stream, type, data }: Decided) => ({
        stream,
        event: { id: ids.event(), type, data, actor: consumer, correlation, causation } as AnyNewEvent,
      })),
    };
  }
}

/** Stacks whose decisions may change: the one that the event concerns, or all of them when a host changed. */
const touchedBy = (world: World, event: BerthEvent): readonly StackName[] =>
  'stack' in event.data ? [event.data.stack] : world.stacks.keys();
