import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SystemClock } from '#libs/clock';
import { LANES, laneOf } from '#libs/contracts';
import { migrate } from '#libs/event-log/postgres';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { useRabbit } from '../test-stage/rabbit.ts';

const rabbit = useRabbit();
const clock = new SystemClock();

/** A stack for each lane. */
const stacks = Array.from({ length: LANES }, (_, lane) => {
  for (let n = 0; ; n++) if (laneOf(`stack${n}`) === lane) return `stack${n}`;
});

let postgres: TestPostgres;
let config: pg.PoolConfig;
beforeAll(async () => {
  postgres = await startTestPostgres();
  config = await postgres.createDatabase();
  await migrate(config);
});
afterAll(() => postgres.stop());

class Replica {
  /** Lane by position of what it was given. */
  readonly given = new Map<number, number>();
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();

  constructor(consumer: string, share: string) {
    const program = fileURLToPath(new URL('../test-stage/sharer.ts', import.meta.url));
    const args = ['--conditions=berth-source', program, rabbit.broker.url, consumer, share, JSON.stringify(config)];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const [lane, position] = line.split(' ').map(Number);
      if (line === 'ready') this.#ready.resolve();
      else this.given.set(position ?? 0, lane ?? 0);
    });
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async leave(): Promise<void> {
    const left = once(this.#child, 'exit');
    this.signal('SIGTERM');
    await left;
  }
}

const replicas: Replica[] = [];
afterEach(() => {
  for (const replica of replicas.splice(0)) replica.signal('SIGKILL');
});

/** Publishes an event of each lane and waits until all are given; says how many lanes each replica got. */
const openRounds = async () => {
  const relay = await rabbit.open('relay');
  const log = rabbit.log();
  const all: number[] = [];
  const among = async (members: readonly Replica[]): Promise<readonly number[]> => {
    const events = [];
    for (const stack of stacks) events.push(...(await log.append(1, stack)));
    const positions = events.map(({ position }) => position);
    all.push(...positions);
    await relay.publisher.publish(events);
    while (!positions.every((position) => replicas.some(({ given }) => given.has(position)))) await clock.sleep(20);
    return members.map(({ given }) => positions.filter((position) => given.has(position)).length);
  };
  return { all, among };
};
type Rounds = Awaited<ReturnType<typeof openRounds>>;

/** Rounds until the lanes are shared as wished; gives back how long that took. */
const shared = async ({ among }: Rounds, members: readonly Replica[], wished: readonly number[]): Promise<number> => {
  const from = clock.monotonic();
  for (;;) {
    const counts = [...(await among(members))].sort();
    if (`${counts}` === `${wished}`) return clock.monotonic() - from;
  }
};

const join = async (consumer: string, share = 'evenly'): Promise<Replica> => {
  const replica = new Replica(consumer, share);
  replicas.push(replica);
  await replica.ready;
  return replica;
};

it('shares the lanes evenly among those who come and go, and loses none', async () => {
  const one = await join('coming');
  const rounds = await openRounds();
  await shared(rounds, [one], [8]);
  const two = await join('coming');
  await shared(rounds, [one, two], [4, 4]);
  const four = [one, two, await join('coming'), await join('coming')];
  await shared(rounds, four, [2, 2, 2, 2]);
  await Promise.all(four.slice(2).map((replica) => replica.leave()));
  await shared(rounds, [one, two], [4, 4]);
  await one.leave();
  await shared(rounds, [two], [8]);
  expect(rounds.all.filter((position) => !replicas.some(({ given }) => given.has(position)))).toEqual([]);
});

it.each(['SIGKILL', 'SIGSTOP'] as const)('shares the lanes of one that got %s among the others', async (signal) => {
  const consumer = signal.toLowerCase();
  const [one, two, three] = [await join(consumer), await join(consumer), await join(consumer)];
  const rounds = await openRounds();
  await shared(rounds, [one, two, three], [2, 3, 3]);
  one.signal(signal);
  await shared(rounds, [two, three], [4, 4]);
});

it('has one active where that is wished, and the next one when it is gone', async () => {
  const one = await join('placing', 'one active');
  const two = await join('placing', 'one active');
  const rounds = await openRounds();
  await shared(rounds, [one, two], [0, 8]);
  one.signal('SIGKILL');
  await shared(rounds, [two], [8]);
});
