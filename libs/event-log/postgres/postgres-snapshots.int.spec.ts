import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import { WORLD_FORM, worldText } from '#libs/domain/stack';
import { History } from '#libs/testing/history';
import { Reactor } from '../react/index.ts';
import { snapshotsContract } from '../snapshots.contract.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { PostgresSnapshots } from './postgres-snapshots.ts';
import { asRole } from './roles.ts';
import { openTestDatabase, type TestDatabase } from './test-logs.ts';

let database: TestDatabase;
/** As the services do it. */
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase();
  pool = new pg.Pool(asRole(database.config, 'append'));
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

const snapshotsOf = (release: string): PostgresSnapshots => new PostgresSnapshots({ pool, release });

snapshotsContract('PostgresSnapshots', () => ({
  snapshots: snapshotsOf('1.0.0'),
  pass: async (ms) =>
    void (await database.pool.query('update snapshots set begun = begun - make_interval(secs => $1::float8 / 1000)', [ms])),
}));

describe('PostgresSnapshots', () => {
  const at = (position: number) => ({ incarnation: 1, position, hash: '00'.repeat(32), slot: position });
  const byte = [new Uint8Array([1])];

  it('shows a release none of another one, and drops those that nobody came back for', async () => {
    const [old, young] = [snapshotsOf('2.0.0'), snapshotsOf('2.1.0')];
    await old.save('world', at(1), byte);
    expect(await young.list('world')).toEqual([]);
    await young.save('world', at(2), byte);
    expect(await old.list('world')).toHaveLength(1);
    await database.pool.query(`update snapshots set begun = begun - interval '8 days'`);
    await young.save('world', at(3), byte);
    expect(await old.list('world')).toEqual([]);
    expect(await young.list('world')).toHaveLength(2);
  });

  it('lets one of many replicas save that come to a slot at once', async () => {
    const saved = await Promise.all(Array.from({ length: 8 }, () => snapshotsOf('3.0.0').save('world', at(1), byte)));
    expect(saved.filter((isSaved) => isSaved)).toEqual([true]);
  });

  it('leaves no part of what was dropped', async () => {
    const { rows } = await database.pool.query('select snapshot from snapshot_parts where snapshot not in (select id from snapshots)');
    expect(rows).toEqual([]);
  });
});

it('a service starts from the snapshot that another one took, and has the same world', async () => {
  const [clock, ids] = [new ManualClock(), new CountingIds()];
  const problems: string[] = [];
  const report = (problem: string, cause: unknown): void => void problems.push(`${problem}: ${cause}`);
  const log = new PostgresEventLog({ pool, clock, report });
  const told = new History().joined('one').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['one', 'one']);
  for (const { type, data, stream, version } of told.events) {
    const event = { id: ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
    await log.append([{ incarnation: 1, expected: { [stream]: version - 1 }, events: [{ stream, event }] }]);
  }
  const start = async (release: string): Promise<Reactor> => {
    const snapshots = snapshotsOf(release);
    const reactor = new Reactor({ log, clock, ids, report, snapshots, stride: 3, consumer: 'test', due: () => [] });
    await reactor.start();
    await reactor.stop();
    return reactor;
  };
  const [first, second, other] = [await start('4.0.0'), await start('4.0.0'), await start('5.0.0')];
  const saved = await snapshotsOf('4.0.0').list(`world-${WORLD_FORM}`);
  expect(saved).toMatchObject([{ position: 4, hash: (await log.head()).hash }]);
  for (const reactor of [second, other]) expect(worldText(reactor.world)).toBe(worldText(first.world));
  expect(problems).toEqual([]);
});
