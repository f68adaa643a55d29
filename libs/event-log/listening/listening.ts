import type { Clock, Ids } from '#libs/clock';
import { type AnyNewEvent, type Instant, streams } from '#libs/contracts';
import { versionsOf, type World } from '#libs/domain/stack';
import type { EventLog } from '../event-log.ts';
import type { Beats } from './beats.ts';
import type { LogTime } from './log-time.ts';

export interface ListeningOptions {
  readonly log: EventLog;
  readonly beats: Beats;
  readonly clock: Clock;
  /** Learns it by each beat. */
  readonly time: LogTime;
  readonly ids: Ids;
  readonly consumer: string;
}

interface Silence {
  readonly from: Instant;
  readonly until: Instant;
}

export const BEAT_MS = 1000;
/** A silence that is longer is told; a shorter one costs a deadline no more than this. */
export const GAP_MS = 5000;
/** The clock of the log ran ahead by more than one that is only corrected does. */
const JUMP_MS = 2000;

/**
 * Tells the log when a service did not listen: it was down, frozen, or had no database, and so had all of its replicas. Time of work
 * does not run then. What the clock of the log jumped ahead is such a time too: it is as if nobody had listened in it.
 */
export class Listening {
  readonly #options: ListeningOptions;
  /** When it beat last, by the monotonic clock. */
  #last: number | null = null;
  /** Not told yet. */
  #jump: Silence | null = null;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** Asked before anything is decided. True when the log says more than this world, which has to be folded before; then ask again. */
  async hasToTell(world: World): Promise<boolean> {
    const { beats, clock, consumer } = this.#options;
    const now = clock.monotonic();
    if (this.#last !== null && now - this.#last < BEAT_MS && !this.#jump) return false;
    const silence = joined(await this.#silence(now), this.#jump);
    if (silence && !(await this.#tell(world, silence))) return true;
    this.#jump = null;
    this.#learn(await beats.beat(consumer), now);
    this.#last = now;
    return silence !== null || (this.#jump !== null && this.hasToTell(world));
  }

  #learn(at: Instant, askedAt: number): void {
    const { time } = this.#options;
    const jumped = time.learn(at, askedAt);
    if (jumped >= JUMP_MS) this.#jump = { from: at - jumped, until: at };
  }

  /** Null when this replica listened lately, or another one did. */
  async #silence(monotonic: number): Promise<Silence | null> {
    if (this.#last !== null && monotonic - this.#last <= GAP_MS) return null;
    const { last, now } = await this.#options.beats.heard(this.#options.consumer);
    this.#learn(now, monotonic);
    return last !== null && now - last > GAP_MS ? { from: last, until: now } : null;
  }

  /** False when another replica was faster. */
  async #tell(world: World, silence: Silence): Promise<boolean> {
    const { log, ids, consumer } = this.#options;
    const stream = streams.listening(consumer);
    const id = ids.event();
    const data = { consumer, from: Math.floor(silence.from), until: Math.ceil(silence.until) };
    const event: AnyNewEvent = { id, type: 'ListeningResumed', data, actor: consumer, correlation: id, causation: null };
    const item = { incarnation: world.incarnation, expected: versionsOf(world, [stream]), events: [{ stream, event }] };
    const [result] = await log.append([item]);
    if (result?.status === 'refused') throw new Error(`tell of a silence of ${consumer}: ${result.reason}`);
    return result?.status === 'appended';
  }
}

const joined = (a: Silence | null, b: Silence | null): Silence | null =>
  a && b ? { from: Math.min(a.from, b.from), until: Math.max(a.until, b.until) } : (a ?? b);
