import type { Turn, Turns } from '#libs/bus';
import type { Clock } from '#libs/clock';
import { laneOf, type StackName } from '#libs/contracts';
import type { World } from '#libs/domain/stack';

interface OwedOptions {
  readonly clock: Clock;
  readonly turns?: Pick<Turns, 'lanes'> | undefined;
}

interface OwedTurn {
  readonly position: number;
  readonly since: number;
  readonly stacks: readonly StackName[];
}

interface Stuck {
  readonly since: number;
  readonly events: number;
}

/** How long the post may take with a turn of a lane that is ours before it is taken from the log. */
const PATIENCE_MS = 1000;
/** What is older was decided by whoever had the lane, or is found by a look. */
const KEPT_MS = 10_000;

/**
 * Turns that the post owes this replica: events of its lanes that it folded and was not handed. A queue whose reader froze, or that lost what
 * it held, hands out nothing: then the turns are taken from the log, and so is everything of a lane that was another's until now.
 */
export class Owed {
  readonly #options: OwedOptions;
  readonly #owed = new Map<number, OwedTurn[]>();
  /** By lane: up to here the post handed out. */
  readonly #handedTo = new Map<number, number>();
  /** By lane: when the post handed out something, or that was done with. */
  readonly #handedAt = new Map<number, number>();
  readonly #busy = new Set<number>();
  readonly #stuck = new Map<number, Stuck>();
  #ours: ReadonlySet<number> = new Set();

  constructor(options: OwedOptions) {
    this.#options = options;
  }

  /** Nobody counts replicas: then nothing is owed. */
  get isIdle(): boolean {
    return this.#options.turns?.lanes === undefined;
  }

  get words(): readonly string[] {
    const now = this.#options.clock.monotonic();
    return [...this.#stuck].map(
      ([lane, { since, events }]) =>
        `the broker has handed out no turn of lane ${lane} for ${Math.round((now - since) / 1000)} s; ${events} were taken from the log`,
    );
  }

  /** Everything was decided for: lanes that are ours now were not gained. */
  begin(): void {
    this.#ours = new Set(this.#options.turns?.lanes);
    this.#owed.clear();
  }

  folded({ lane, position }: Turn, stacks: readonly StackName[]): void {
    if (this.isIdle || position <= (this.#handedTo.get(lane) ?? 0)) return;
    const turns = this.#owed.get(lane) ?? [];
    turns.push({ position, since: this.#options.clock.monotonic(), stacks });
    this.#owed.set(lane, turns);
  }

  /** The post hands these out: they are owed no more, and its queue is read. */
  async handed(events: readonly Turn[], work: () => Promise<void>): Promise<void> {
    const last = new Map(events.map(({ lane, position }) => [lane, position]));
    for (const [lane, position] of last) {
      this.#owed.set(lane, this.#owed.get(lane)?.filter((turn) => turn.position > position) ?? []);
      this.#handedTo.set(lane, position);
      this.#stuck.delete(lane);
      this.#busy.add(lane);
    }
    try {
      await work();
    } finally {
      for (const lane of last.keys()) {
        this.#busy.delete(lane);
        this.#handedAt.set(lane, this.#options.clock.monotonic());
      }
    }
  }

  /** Stacks to decide for now, though nobody handed out their turns. */
  take({ stacks }: World): readonly StackName[] {
    this.#forgetOld();
    const before = this.#ours;
    this.#ours = new Set(this.#options.turns?.lanes);
    const gained = [...this.#ours].filter((lane) => !before.has(lane));
    for (const lane of before) if (!this.#ours.has(lane)) this.#stuck.delete(lane);
    const taken = [...this.#ours].flatMap((lane) => (gained.includes(lane) || this.#isStuck(lane) ? this.#taken(lane) : []));
    const inherited = gained.length > 0 ? [...stacks.keys()].filter((stack) => gained.includes(laneOf(stack))) : [];
    return [...new Set([...taken, ...inherited])];
  }

  #forgetOld(): void {
    const from = this.#options.clock.monotonic() - KEPT_MS;
    for (const [lane, turns] of this.#owed)
      if (turns[0] && turns[0].since < from)
        this.#owed.set(
          lane,
          turns.filter(({ since }) => since >= from),
        );
  }

  #isStuck(lane: number): boolean {
    const [oldest] = this.#owed.get(lane) ?? [];
    if (!oldest || this.#busy.has(lane)) return false;
    const now = this.#options.clock.monotonic();
    const quiet = Math.max(oldest.since, this.#handedAt.get(lane) ?? 0);
    if (!this.#stuck.has(lane) && now - quiet < PATIENCE_MS) return false;
    const { since, events } = this.#stuck.get(lane) ?? { since: quiet, events: 0 };
    this.#stuck.set(lane, { since, events: events + (this.#owed.get(lane)?.length ?? 0) });
    return true;
  }

  #taken(lane: number): readonly StackName[] {
    const turns = this.#owed.get(lane) ?? [];
    this.#owed.set(lane, []);
    return turns.flatMap(({ stacks }) => stacks);
  }
}
