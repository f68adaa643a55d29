import type { Ids } from '#libs/clock';
import { type Generation, type Instant, type StackName, type StreamName, streams, Transient } from '#libs/contracts';
import type { Decided, Decision } from '#libs/domain';
import { stackOf, versionsOf, type World } from '#libs/domain/stack';
import type { AppendResult, EventLog } from '../event-log.ts';
import type { LogTime } from '../listening/log-time.ts';
import { itemOf } from './item-of.ts';

export interface DeciderOptions {
  readonly log: EventLog;
  /** The time of the log. */
  readonly time: Pick<LogTime, 'now'>;
  readonly ids: Ids;
  /** Names the service in events (`actor`). */
  readonly consumer: string;
  /** What is due for one stack. Pure. */
  readonly due: (world: World, stack: StackName, now: Instant) => readonly Decision[];
  /** Told of a stack that is parked. */
  readonly report: (problem: string, cause: unknown) => void;
}

export interface Outcome {
  /**
   * `done`; `beaten`: the world was older than the log, so it has to be decided again; `paused`: it was beaten too often and is
   * left to `wakeAt`; `elsewhere`, `short`: the log has another incarnation, or lost something that the world knows.
   */
  readonly end: 'done' | 'beaten' | 'paused' | 'elsewhere' | 'short';
  /** Decide again then, whatever happens. */
  readonly wakeAt: Instant | null;
}

/** So many lost races in a row are told. */
const MOST_BEATEN = 20;
const PAUSE_MS = 2000;
const LONGEST_ERROR = 2000;

interface Races {
  readonly lost: number;
  readonly streams: ReadonlySet<string>;
}

/** Decides for one stack at a time and appends what is due. What can't be decided or written parks this stack alone. */
export class Decider {
  readonly #options: DeciderOptions;
  readonly #races = new Map<StackName, Races>();
  /** Streams of all stacks that this service appended to: how long they were then. */
  readonly #shared = new Map<StreamName, number>();
  /** Where in the log stands what was appended here last for a stack, until that is folded. */
  readonly #appended = new Map<StackName, Generation>();

  constructor(options: DeciderOptions) {
    this.#options = options;
  }

  /**
   * The world lacks what was appended here to a stream on which other stacks' decisions stand, too: they would be beaten by it. Said once: then it is
   * the caller's to read it.
   */
  isAheadOf({ versions }: World): boolean {
    const isAhead = [...this.#shared].some(([stream, version]) => (versions.get(stream) ?? 0) < version);
    this.#shared.clear();
    return isAhead;
  }

  /** The world lacks what was appended here for this stack: whatever were decided in it would be beaten by that. */
  isAwaited(world: World, stack: StackName): boolean {
    const last = this.#appended.get(stack);
    if (!last || last.incarnation !== world.incarnation || last.position <= world.position) this.#appended.delete(stack);
    return this.#appended.has(stack);
  }

  /** The log was read to its head: what is still awaited is not in it. */
  awaitNothing(): void {
    this.#appended.clear();
  }

  /** Nothing for a stack that is parked; its park for one that can't be decided. */
  due(world: World, stack: StackName): readonly Decision[] {
    const { due, time, consumer } = this.#options;
    if (stackOf(world, stack).parks[consumer]) return [];
    try {
      return due(world, stack, time.now());
    } catch (cause) {
      const park = this.#parked(world, stack, `decide for stack ${stack}`, cause);
      return park ? [park] : [];
    }
  }

  async decide(world: World, stack: StackName): Promise<Outcome> {
    const decisions = this.due(world, stack);
    const wakeAt = Math.min(...decisions.map((decision) => decision.wakeAt ?? Number.POSITIVE_INFINITY));
    let end: Outcome['end'] = 'done';
    for (const decision of decisions.filter(({ events }) => events.length > 0)) {
      const result = await this.#append(world, stack, decision);
      end = worse(end, endOf(result, decision));
      if (result.status === 'conflict') this.#lost(stack, result.stream);
      if (result.status === 'appended') {
        this.#noteShared(decision);
        this.#appended.set(stack, { incarnation: world.incarnation, position: Math.max(...result.positions) });
      }
    }
    if (end === 'done') this.#races.delete(stack);
    if (end === 'beaten' && (this.#races.get(stack)?.lost ?? 0) >= MOST_BEATEN) return this.#pause(world, stack);
    return { end, wakeAt: Number.isFinite(wakeAt) ? wakeAt : null };
  }

  async #append(world: World, stack: StackName, decision: Decision): Promise<AppendResult> {
    const refused = await this.#tried(world, decision);
    if (!('cause' in refused)) return refused;
    const park = this.#parked(world, stack, `append for stack ${stack}`, refused.cause);
    const parked = park && (await this.#tried(world, park));
    // Where not even that can be written, it is not this stack's fault.
    if (!parked || 'cause' in parked) throw refused.cause;
    return parked;
  }

  /** What can never be written, as its cause. */
  async #tried(world: World, decision: Decision): Promise<AppendResult | { readonly cause: unknown }> {
    const { log, ids, consumer } = this.#options;
    try {
      const [result] = await log.append([itemOf(world, decision, { ids, actor: consumer })]);
      if (!result) throw new Error('append: the log did not answer');
      return result.status === 'refused' ? { cause: new Error(result.reason) } : result;
    } catch (cause) {
      if (cause instanceof Transient) throw cause;
      return { cause };
    }
  }

  /** Null for a stack that no event ever told of. */
  #parked(world: World, stack: StackName, doing: string, cause: unknown): Decision | null {
    const { report, consumer } = this.#options;
    report(doing, cause);
    const { last } = stackOf(world, stack);
    if (last === null) return null;
    const words = `${doing}: ${cause instanceof Error ? cause.message : String(cause)}`;
    const error = words.toWellFormed().replaceAll('\0', ' ').slice(0, LONGEST_ERROR).toWellFormed();
    return this.#ofDeciding(world, stack, { type: 'StackParked', data: { stack, consumer, event: last.id, error } });
  }

  /** Told on a stream that only this service appends to: who is beaten there is told of by another replica. */
  async #pause(world: World, stack: StackName): Promise<Outcome> {
    const { consumer, time, report } = this.#options;
    const { lost, streams: names } = this.#races.get(stack) ?? { lost: 0, streams: new Set<string>() };
    this.#races.delete(stack);
    const data = { stack, consumer, attempts: lost, streams: [...names].sort() };
    report(`decide for stack ${stack}`, new Transient(`it lost ${lost} races in a row on ${data.streams.join(', ')}`));
    await this.#tried(world, this.#ofDeciding(world, stack, { type: 'DecisionStalled', data }));
    return { end: 'paused', wakeAt: time.now() + PAUSE_MS };
  }

  #noteShared({ events, expected }: Decision): void {
    for (const { stream } of events)
      if (!stream.includes('/')) this.#shared.set(stream, (this.#shared.get(stream) ?? expected[stream] ?? 0) + 1);
  }

  #lost(stack: StackName, stream: string): void {
    const { lost, streams: names } = this.#races.get(stack) ?? { lost: 0, streams: new Set() };
    this.#races.set(stack, { lost: lost + 1, streams: new Set([...names, stream]) });
  }

  #ofDeciding(
    world: World,
    stack: StackName,
    said: Pick<Extract<Decided, { type: 'StackParked' | 'DecisionStalled' }>, 'type' | 'data'>,
  ): Decision {
    const stream = streams.reactions(this.#options.consumer, stack);
    const { last } = stackOf(world, stack);
    return {
      events: [{ stream, ...said } as Decided],
      expected: versionsOf(world, [stream]),
      correlation: last?.correlation ?? stack,
      causation: last?.id ?? null,
    };
  }
}

/** No stream ever gets shorter: one that stands below what was folded was cut. */
const endOf = (result: AppendResult, { expected }: Decision): Outcome['end'] => {
  if (result.status === 'incarnation') return 'elsewhere';
  if (result.status !== 'conflict') return 'done';
  return result.actual < (expected[result.stream] ?? 0) ? 'short' : 'beaten';
};

const RANK: readonly Outcome['end'][] = ['done', 'beaten', 'paused', 'elsewhere', 'short'];
const worse = (a: Outcome['end'], b: Outcome['end']): Outcome['end'] => (RANK.indexOf(b) > RANK.indexOf(a) ? b : a);
