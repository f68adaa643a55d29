import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { type BerthEvent, Transient } from '#libs/contracts';
import { item, retired } from '../event-log.contract.ts';
import type { EventQuery, Head } from '../event-log.ts';
import { MemoryEventLog } from '../memory/index.ts';
import { TwoLogs } from '../postgres/test-logs.ts';
import { Unreadable } from '../unreadable.ts';
import { type View, ViewRunner } from './view-runner.ts';

let logs: TwoLogs;

beforeAll(async () => {
  logs = await TwoLogs.open(new ManualClock());
  await logs.pool.query('create table seen (position int8)');
});
afterAll(() => logs.close());
beforeEach(async () => {
  await logs.empty();
  await logs.pool.query('truncate seen');
});

/** A release that can't read version 3 of anything that retired. */
class OldReader extends MemoryEventLog {
  override async read(query: EventQuery): Promise<readonly BerthEvent[]> {
    const events = await logs.log.read(query);
    const bad = events.find(({ data }) => 'version' in data && data.version === 3);
    if (bad) throw new Unreadable(bad, 'version 9 is newer than 1');
    return events;
  }

  override head(): Promise<Head> {
    return logs.log.head();
  }
}

/** Writes down every event that it is given. */
class Seen implements View {
  readonly name = 'seen';
  fails = false;

  async apply(client: pg.PoolClient, events: readonly BerthEvent[]): Promise<void> {
    for (const { position } of events) await client.query('insert into seen values ($1)', [position]);
    if (this.fails) throw new Error('no room');
  }
}

const runner = (view: View = new Seen()): ViewRunner => new ViewRunner({ pool: logs.pool, log: logs.log, view });
const appended = async (count: number): Promise<readonly BerthEvent[]> => {
  const { position, ...head } = await logs.log.head();
  const events = Array.from({ length: count }, (_, i) => retired(`s${position + i}`));
  const expected = Object.fromEntries(events.map(({ stream }) => [stream, 0]));
  await logs.log.append([{ ...item(expected, events), incarnation: head.incarnation }]);
  return logs.log.read({ after: position });
};
const seen = async (): Promise<readonly number[]> =>
  (await logs.pool.query<{ position: string }>('select position from seen order by position')).rows.map((row) => Number(row.position));

it('reads the log to its head when it starts, and goes on where it stood', async () => {
  await appended(3);
  const first = runner();
  await first.start();
  expect([await seen(), first.position]).toEqual([[1, 2, 3], 3]);
  await first.stop();
  await appended(2);
  const second = runner();
  await second.start();
  expect([await seen(), second.position]).toEqual([[1, 2, 3, 4, 5], 5]);
});

it('takes the feed: what it knows is dropped, a gap is read from the log', async () => {
  const view = runner();
  await view.start();
  const first = await appended(2);
  await view.take(first);
  await view.take(first);
  await appended(2);
  await view.take(await appended(1));
  expect(await seen()).toEqual([1, 2, 3, 4, 5]);
});

it('moves its tables and its checkpoint together or not at all', async () => {
  const view = new Seen();
  const broken = runner(view);
  await broken.start();
  const events = await appended(2);
  view.fails = true;
  await expect(broken.take(events)).rejects.toThrow('no room');
  expect([await seen(), broken.position]).toEqual([[], 0]);
  view.fails = false;
  await broken.take(events);
  expect([await seen(), broken.position]).toEqual([[1, 2], 2]);
});

it('writes each event once when two replicas feed the same tables', async () => {
  const replicas = [runner(), runner()];
  await Promise.all(replicas.map((replica) => replica.start()));
  const batches = [await appended(3), await appended(2)];
  for (const batch of batches) await Promise.all(replicas.map((replica) => replica.take(batch)));
  expect(await seen()).toEqual([1, 2, 3, 4, 5]);
  await Promise.all(replicas.map((replica) => replica.caughtUpTo(5)));
  expect(replicas.map(({ position }) => position)).toEqual([5, 5]);
});

it('reads at once for somebody who waits for a position', async () => {
  const view = runner();
  await view.start();
  await appended(3);
  await view.caughtUpTo(2);
  expect(await seen()).toEqual([1, 2, 3]);
});

it('resolves a wait for what is not appended yet when the feed brings it', async () => {
  const view = runner();
  await view.start();
  let isThere = false;
  const waiting = view.caughtUpTo(2).then(() => {
    isThere = true;
  });
  await view.take(await appended(1));
  expect(isThere).toBe(false);
  await view.take(await appended(1));
  await waiting;
});

it('halts before an event that it can not read, says which, and goes on when it can', async () => {
  const told: string[] = [];
  const view = new ViewRunner({ pool: logs.pool, log: logs.log, view: new Seen(), report: (problem) => told.push(problem) });
  await view.start();
  await appended(3);
  const typed = (type: string) => logs.pool.query('update events set type = $1 where position = 2', [type]);
  await typed('ContainerDreamt');
  for (let news = 0; news < 2; news++) await view.take([]).then(() => view.start());
  expect([await seen(), view.position, told]).toEqual([[1], 1, ['keep view seen']]);
  expect(view.hindrance).toMatch(/^view seen is halted before position 2: event .* \(ContainerDreamt\) can not be read: /);
  await expect(view.caughtUpTo(3)).rejects.toThrow('halted before position 2');
  await typed('VersionRetired');
  await view.caughtUpTo(3);
  expect([await seen(), view.hindrance]).toEqual([[1, 2, 3], null]);
});

it('ends every wait when it is stopped', async () => {
  const view = runner();
  await view.start();
  const waiting = expect(view.caughtUpTo(1)).rejects.toThrow(Transient);
  await view.stop();
  await waiting;
  await expect(view.caughtUpTo(1)).rejects.toThrow(Transient);
});

it('outlives a connection that the server cuts off between two queries', async () => {
  const cutOff: View = {
    name: 'cut off',
    apply: async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      await logs.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await ended;
    },
  };
  const view = runner(cutOff);
  await view.start();
  await expect(view.take(await appended(1))).rejects.toThrow('write view cut off');
});

it('stands before an event that it can not read, says so to who waits for it, and lets nothing come after it', async () => {
  await logs.log.append([
    item(
      { 'stack/a': 0 },
      [1, 2, 3, 4].map((version) => retired('a', version)),
    ),
  ]);
  const view = new ViewRunner({ pool: logs.pool, log: new OldReader(new ManualClock()), view: new Seen() });
  await view.start();
  expect([await seen(), view.position]).toEqual([[1, 2], 2]);
  expect(view.hindrance).toMatch(
    /^view seen is halted before position 3: event .* \(VersionRetired\) can not be read: version 9 is newer than 1/,
  );
  await view.take((await logs.log.read({})).slice(3));
  await view.caughtUpTo(2);
  await expect(view.caughtUpTo(3)).rejects.toThrow('halted before position 3');
  expect(await seen()).toEqual([1, 2]);
  const newer = runner();
  await newer.start();
  expect([await seen(), newer.hindrance]).toEqual([[1, 2, 3, 4], null]);
});
