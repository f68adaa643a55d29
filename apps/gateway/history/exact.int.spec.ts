import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import type { BerthEvent, StackName } from '#libs/contracts';
import { rolloutDue } from '#libs/domain/rollout';
import { emptyWorld, evolveWorld, type StackState, stackOf } from '#libs/domain/stack';
import { MemoryEventLog } from '#libs/event-log/memory';
import { migrate } from '#libs/event-log/postgres';
import { ViewRunner } from '#libs/event-log/views';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { History } from '#libs/testing/history';
import { factsOwed, Play, requestOf, troublesPossible } from '#libs/testing/neighbours';
import { namesOf, psOf, routesOf } from './answers.ts';
import { historyView } from './history-view.ts';
import { History1763807000000 } from './migration.ts';
import { Past } from './past.ts';

const STACKS = ['shop', 'blog'] as StackName[];
const services = {
  web: { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http' as const, names: [] }] }] },
  api: { dnsBehaviour: 'non-versioned' as const },
};
const times = { deadlineMs: 60_000, drainTimeoutMs: 5000 };
const answersOf = (state: StackState) => ({ ps: psOf(state), names: namesOf(state), routes: routesOf(state), generation: state.names });

const draw = fc.record({ kind: fc.integer({ min: 0, max: 30 }), pick: fc.nat(), ms: fc.integer({ min: 1, max: 3000 }) });

/** Two stacks that are deployed again and again, with failures; each of the neighbours acts in any order. */
const lived = (draws: readonly { readonly kind: number; readonly pick: number; readonly ms: number }[]): readonly BerthEvent[] => {
  const play = new Play(new History().joined('one').connected('one').joined('two').connected('two'), 'shop', rolloutDue);
  let asked = 0;
  for (const { kind, pick, ms } of [{ kind: 0, pick: 0, ms: 1 }, ...draws]) {
    const { world } = play.history;
    const stack = STACKS[pick % 2] as StackName;
    const due = STACKS.flatMap((name) => rolloutDue(world, name, play.now).flatMap(({ events }) => events));
    const owed = [...due, ...STACKS.flatMap((name) => factsOwed(world, name))];
    const troubles = troublesPossible(world, stack);
    if (kind === 0 && asked < 12) play.tell(requestOf(stack, ++asked, services, times));
    else if (kind === 1 && troubles.length > 0) play.tell(troubles[pick % troubles.length] as (typeof troubles)[number]);
    else if (kind < 4) play.wait(ms);
    else if (due.length > 0 && kind % 2 === 0) play.tell(...rolloutDue(world, stack, play.now).flatMap(({ events }) => events));
    else if (owed.length > 0) play.tell(owed[pick % owed.length] as (typeof owed)[number]);
  }
  return play.until().history.events;
};

/** A log that holds what was told. */
class Told extends MemoryEventLog {
  readonly #events: readonly BerthEvent[];

  constructor(events: readonly BerthEvent[]) {
    super(new ManualClock());
    this.#events = events;
  }

  override async read({ after = 0, limit = 100 }: { after?: number; limit?: number }): Promise<readonly BerthEvent[]> {
    return this.#events.slice(after, after + limit);
  }
}

describe('the history', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(async () => {
    await postgres?.stop();
  });

  const kept = async (events: readonly BerthEvent[], batches: readonly number[]) => {
    const config = await postgres.createDatabase();
    await migrate(config);
    await migrate(config, { name: 'gateway_history', migrations: [History1763807000000] });
    const pool = new pg.Pool({ ...config, max: 2 });
    const log = new Told(events);
    const runner = new ViewRunner({ pool, log, view: historyView });
    let position = 0;
    for (const size of batches) {
      await runner.take(events.slice(position, position + size));
      position += size;
    }
    await runner.start();
    const report = (problem: string): never => {
      throw new Error(problem);
    };
    return { pool, past: new Past({ log, clock: new ManualClock(), pool, runner, report }) };
  };

  it('answers at every position what the fold of the log up to there answers', async () => {
    const history = fc.array(draw, { minLength: 60, maxLength: 300, size: 'max' });
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), async (draws, batches) => {
        const events = lived(draws);
        const { pool, past } = await kept(events, batches);
        let world = emptyWorld;
        for (const event of events) {
          world = evolveWorld(world, event);
          for (const stack of STACKS)
            expect(answersOf(await past.stateAt(stack, event.position))).toEqual(answersOf(stackOf(world, stack)));
        }
        await pool.end();
      }),
      { numRuns: 6 },
    );
  });

  it('finds the last position of an instant, and the instant of a position', async () => {
    const { events } = new History(10).joined('one').at(20).joined('two').joined('three').at(30).joined('four');
    const { pool, past } = await kept(events, []);
    expect(await Promise.all([5, 10, 19, 20, 29, 99].map((at) => past.positionAt(at)))).toEqual([0, 1, 1, 3, 3, 4]);
    expect(await past.momentAt(2)).toEqual({ position: 2, at: 20 });
    await pool.end();
  });
});
