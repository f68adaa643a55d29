import type pg from 'pg';
import type { Clock } from '#libs/clock';
import { type BerthEvent, type Generation, type Instant, type Moment, type StackName, Transient } from '#libs/contracts';
import type { StackState } from '#libs/domain/stack';
import type { EventLog } from '#libs/event-log';
import type { ViewRunner } from '#libs/event-log/views';
import { isOutage } from '../view/read-model.ts';
import { type Piece, stateOf } from './pieces.ts';
import { nodesAt } from './spans.ts';

export interface PastPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly pool: pg.Pool;
  /** Of `historyView`. */
  readonly runner: ViewRunner;
  readonly report: (problem: string, cause: unknown) => void;
}

/** How long an answer waits for a history that is still being made. */
const PATIENCE_MS = 2000;

/** What was true at any position. It follows the log by itself: the first making of a long history holds nobody up. */
export class Past {
  readonly #ports: PastPorts;
  #isFollowing = false;

  constructor(ports: PastPorts) {
    this.#ports = ports;
  }

  get position(): number {
    return this.#ports.runner.position;
  }

  get hindrance(): string | null {
    return this.#ports.runner.hindrance;
  }

  /** Begins to follow the log and lets nobody wait: the first making of a long history takes minutes. */
  start(): void {
    this.#follow((runner) => runner.start());
  }

  /** Told of what happened. What fails is taken up again with the next news or question; so is what comes while it reads on. */
  hear(events: readonly BerthEvent[]): void {
    this.#follow((runner) => runner.take(events));
  }

  close(): Promise<void> {
    return this.#ports.runner.stop();
  }

  /** The newest position that the log has now. Throws `Transient` while the history is further behind than anybody waits for. */
  async head(): Promise<number> {
    const { log, runner } = this.#ports;
    const { position } = await log.head();
    await this.#atMost(runner.caughtUpTo(position));
    if (runner.position < position)
      throw new Transient(`the history is being made: it stands at position ${runner.position} of ${position}; ask again`);
    return position;
  }

  async momentAt(position: number): Promise<Moment> {
    const [row] = await this.#query<{ at: string }>('select at from history_times where position >= $1 order by position limit 1', [
      position,
    ]);
    return { position, at: position === 0 || !row ? null : Number(row.at) };
  }

  /** The newest position of this instant or an earlier one; 0 before the first event. */
  async positionAt(at: Instant): Promise<number> {
    const [row] = await this.#query<{ position: string }>('select position from history_times where at <= $1 order by at desc limit 1', [
      at,
    ]);
    return Number(row?.position ?? 0);
  }

  /** Every stack that there was, by name. */
  async stacks(): Promise<readonly StackName[]> {
    const rows = await this.#query<{ stack: StackName }>(
      `select stack from history_pieces where kind = 'stack' and key = '' and to_position is null order by stack`,
    );
    return rows.map(({ stack }) => stack);
  }

  /** When a version began to serve, else when it was made; null where there is no such version. */
  async positionOf(stack: StackName, version: number): Promise<number | null> {
    const rows = await this.#query<{ from_position: string; status: string }>(
      `select from_position, value->>'status' as status from history_pieces where kind = 'version' and key = $2 and stack = $1
       order by from_position`,
      [stack, String(version)],
    );
    const row = rows.find(({ status }) => status === 'promoted') ?? rows[0];
    return row ? Number(row.from_position) : null;
  }

  /** All that answers are made from of one stack, as it was after the event of this position. */
  async stateAt(stack: StackName, position: number): Promise<StackState> {
    const { before, after } = nodesAt(position, this.position);
    const living = await this.#query<Piece>(LIVING, [stack, position, before, after]);
    const versions = versionsIn(living);
    const further = versions.length === 0 ? [] : await this.#query<Piece>(VERSIONS, [stack, position, versions]);
    return { ...stateOf(stack, [...living, ...further]), names: await this.#namesAt(stack, position) };
  }

  async #namesAt(stack: StackName, position: number): Promise<Generation> {
    const [row] = await this.#query<{ position: string; incarnation: string }>(
      'select position, incarnation from history_names where stack = $1 and position <= $2 order by position desc limit 1',
      [stack, position],
    );
    return row ? { incarnation: Number(row.incarnation), position: Number(row.position) } : { incarnation: 1, position: 0 };
  }

  #follow(work: (runner: ViewRunner) => Promise<void>): void {
    const { runner, report } = this.#ports;
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    work(runner)
      .catch((cause: unknown) => report(`keep the history after position ${runner.position}`, cause))
      .finally(() => {
        this.#isFollowing = false;
      });
  }

  async #atMost(work: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#ports.clock.after(PATIENCE_MS, resolve);
    try {
      await Promise.race([work, promise]);
    } catch (cause) {
      throw isOutage(cause) ? new Transient('read the history', { cause }) : cause;
    } finally {
      timer.cancel();
      work.catch(() => undefined);
    }
  }

  async #query<R extends object>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.#ports.pool.query<R>(sql, [...values])).rows;
    } catch (cause) {
      throw isOutage(cause) ? new Transient('read the history', { cause }) : cause;
    }
  }
}

/** Containers, doors and the stack itself: one look-up under each node, and what still holds. */
const LIVING = `
select kind, key, value from history_pieces
where stack = $1 and kind in ('container', 'doors', 'stack') and to_position is null and from_position <= $2
union all
select kind, key, value from history_pieces
where stack = $1 and kind in ('container', 'doors', 'stack') and node = any ($3::int8[]) and to_position > $2
union all
select kind, key, value from history_pieces
where stack = $1 and kind in ('container', 'doors', 'stack') and node = any ($4::int8[]) and from_position <= $2`;

const VERSIONS = `
select kind, key, value from history_pieces
where kind in ('version', 'manifest') and key = any ($3) and stack = $1 and from_position <= $2 and (to_position is null or to_position > $2)`;

/** Those that anything can depend on: of its containers, the promoted one and the newest. */
const versionsIn = (living: readonly Piece[]): readonly string[] => [
  ...new Set(
    living.flatMap(({ kind, value }) => {
      if (kind === 'container') return [String((value as { version: number }).version)];
      if (kind !== 'stack') return [];
      const { promoted, newest } = value as { promoted: number | null; newest: number };
      return [promoted, newest].flatMap((version) => (version ? [String(version)] : []));
    }),
  ),
];
