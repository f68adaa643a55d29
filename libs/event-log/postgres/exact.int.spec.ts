import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#libs/clock';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { item, retired } from '../event-log.contract.ts';
import { type Proposal, propose } from '../proposal.ts';
import { verifyChain } from '../verify-chain.ts';
import { appendCall } from './append-call.ts';
import { migrate } from './migrate.ts';
import { PostgresEventLog } from './postgres-event-log.ts';

/** Each a program with one connection. */
const NAMES = Array.from({ length: 32 }, (_, n) => `w${n}`);
const PATIENCE_MS = 1000;

const clock = new SystemClock();
let postgres: TestPostgres;
let config: pg.PoolConfig;
let pool: pg.Pool;
let log: PostgresEventLog;
let writers: readonly Writer[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  config = await postgres.createDatabase();
  await migrate(config);
  pool = new pg.Pool(config);
  log = new PostgresEventLog({ pool, clock, report: () => undefined });
  writers = NAMES.map((name) => new Writer(name));
  await until(() => writers.every(({ acknowledged }) => acknowledged.size > 0));
});
afterAll(async () => {
  await Promise.all(writers.map((writer) => writer.kill()));
  await log.close();
  await pool.end();
  await postgres.stop();
});

/** A program that appends, with what it was told to be in the log. */
class Writer {
  readonly name: string;
  readonly acknowledged = new Map<number, string>();
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(name: string) {
    this.name = name;
    const program = fileURLToPath(new URL('test-crew/writer.ts', import.meta.url));
    const args = ['--conditions=berth-source', program, JSON.stringify(config), name];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    this.#ended = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [position, id = ''] = line.split(' ');
      this.acknowledged.set(Number(position), id);
    });
  }

  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}

const until = (what: () => boolean | Promise<boolean>): Promise<unknown> => vi.waitUntil(what, { timeout: 40_000, interval: 5 });

/** The writer was told of so many more events. */
const goesOn = (writer: Writer | undefined, more: number): Promise<unknown> => {
  const { size } = writer?.acknowledged ?? new Map();
  return until(() => (writer?.acknowledged.size ?? 0) >= size + more);
};

/** Reads on from where it stands, in pages of this size, for as long as it is told. */
const tail = async (limit: number, isOver: () => boolean): Promise<readonly number[]> => {
  const seen: number[] = [];
  for (let wasOver = false; ; wasOver = isOver()) {
    const page = await log.read({ after: seen.at(-1) ?? 0, limit });
    seen.push(...page.map(({ position }) => position));
    if (page.length === 0 && wasOver) return seen;
  }
};

/** Connections of these programs, which name them, that the server works for, or that keep a transaction open. */
const atWork = async (names: readonly string[]): Promise<number> => {
  const { rows } = await pool.query<{ busy: number }>(
    `select count(*)::int4 as busy from pg_stat_activity where application_name = any ($1) and (state <> 'idle' or xact_start is not null)`,
    [names],
  );
  return rows[0]?.busy ?? 0;
};

/** Milliseconds that the slowest of some appends took. */
const slowestAppend = async (stack: string, count: number): Promise<number> => {
  let slowest = 0;
  for (let n = 0; n < count; n++) {
    const start = clock.monotonic();
    const [result] = await log.append([item({ [`stack/${stack}`]: n }, [retired(stack, n + 1)])]);
    expect(result?.status).toBe('appended');
    slowest = Math.max(slowest, clock.monotonic() - start);
  }
  return slowest;
};

/** Sends an append up to its execution, and not the message by which the server knows that nothing more comes. */
const halfAppend = (client: pg.Client): void => {
  const { connection } = client as unknown as { readonly connection: { sync(): void; flush(): void } };
  connection.sync = () => connection.flush();
  const proposal = propose(item({ 'stack/half': 0 }, [retired('half')])) as Proposal;
  client.query(appendCall([proposal], null)).catch(() => undefined);
};

describe('a writer that is stopped', () => {
  it('at any moment of its appends keeps nobody waiting for a second', async () => {
    for (const [round, writer] of writers.slice(0, 8).entries()) {
      await goesOn(writer, 1 + round);
      writer.freeze();
      expect(await slowestAppend(`round-${round}`, 5)).toBeLessThan(PATIENCE_MS);
      await until(async () => (await atWork([writer.name])) === 0);
      writer.thaw();
    }
  });

  it('in the midst of its call, which the server has and whose end it has not, keeps nobody waiting either', async () => {
    const client = new pg.Client(config);
    await client.connect();
    halfAppend(client);
    await until(async () => (await log.readStream('stack/half')).length === 1);
    expect(await slowestAppend('other', 5)).toBeLessThan(PATIENCE_MS);
    await client.end();
  });
});

describe('32 writers at once', () => {
  it('share one gapless order that no reader misses or sees twice, while some of them are killed', async () => {
    let isOver = false;
    const reading = Promise.all([5, 1000].map((limit) => tail(limit, () => isOver)));
    const [last] = writers.slice(-1);
    for (const writer of writers.slice(0, 8)) {
      await goesOn(last, 5);
      await writer.kill();
    }
    await goesOn(last, 20);
    await Promise.all(writers.map((writer) => writer.kill()));
    await until(async () => (await atWork(NAMES)) === 0);
    isOver = true;

    const { position } = await log.head();
    const all = Array.from({ length: position }, (_, n) => n + 1);
    for (const seen of await reading) expect(seen).toEqual(all);
    expect(await verifyChain(log)).toMatchObject({ status: 'intact', position });
    const { rows } = await pool.query<{ place: string; id: string }>('select position as place, id from events');
    const ids = new Map(rows.map(({ place, id }) => [Number(place), id]));
    for (const { acknowledged } of writers) for (const [place, id] of acknowledged) expect(ids.get(place)).toBe(id);
  });
});
