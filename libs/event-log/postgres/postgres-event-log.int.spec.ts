import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventId, Rejected, Transient } from '#libs/contracts';
import { eventLogContract, item, JumpingClock, retired } from '../event-log.contract.ts';
import { verifyChain } from '../verify-chain.ts';
import { servers, TwoLogs } from './test-logs.ts';

describe.each(Object.entries(servers))('%s', (_, programs) => {
  const clock = new JumpingClock();
  let logs: TwoLogs;

  beforeAll(async () => {
    logs = await TwoLogs.open(clock, programs);
  });
  afterAll(() => logs.close());

  eventLogContract('PostgresEventLog', async () => {
    await logs.empty();
    return { log: logs.log, other: logs.other, clock };
  });

  describe('the chain finds an event that was', () => {
    const tampered = async (sql: string): Promise<number | null> => {
      await logs.empty();
      for (let n = 0; n < 6; n++) await logs.log.append([item({ 'stack/a': n }, [retired('a', n + 1)])]);
      await logs.pool.query(sql);
      const verdict = await verifyChain(logs.log);
      return verdict.status === 'broken' ? verdict.position : null;
    };

    it('left alone: none', async () => expect(await tampered('select 1')).toBeNull());
    it.each([
      ['changed in its data', `update events set data = replace(data, '3', '4') where position = 3`, 3],
      ['changed in its time', 'update events set at = at + 1 where position = 3', 3],
      ['changed together with its hash', `update events set actor = 'x', hash = sha256('x') where position = 3`, 3],
      ['removed', 'delete from events where position = 3', 3],
      ['removed at the end', 'delete from events where position = 6', 6],
      [
        'added',
        `insert into events select 7, incarnation, lane, 7, stream, 7, 'new', type, v, concerns, subject, at, actor, correlation,
        causation, data, hash from events where position = 6; update head set position = 7`,
        7,
      ],
      [
        'moved',
        'update events set position = case position when 3 then 40 when 4 then 3 else 4 end where position in (3, 4); update events set position = 4 where position = 40',
        3,
      ],
    ])('%s', async (_name, sql, position) => expect(await tampered(sql)).toBe(position));
  });

  it('keeps an item of bytes that no table takes from harming its neighbours', async () => {
    await logs.empty();
    // Longer than an index entry may be: the database, not the schema, refuses it.
    const name = Array.from({ length: 4000 }, (_unused, n) => n.toString(36)).join('');
    const first = logs.log.append([item({ 'stack/first': 0 }, [retired('first')])]);
    const long = expect(logs.log.append([item({ 'stack/long': 0 }, [retired('long', 1, name as EventId)])])).rejects.toThrow(
      /^append to the log: /,
    );
    const last = logs.log.append([item({ 'stack/last': 0 }, [retired('last')])]);
    await long;
    expect([await first, await last].map(([result]) => result?.status)).toEqual(['appended', 'appended']);
  });

  it('says Transient when the connection is lost, and goes on with the next', async () => {
    await logs.empty();
    const blocker = await logs.pool.connect();
    await blocker.query('begin; select from head for update');
    const lost = expect(logs.other.append([item({ 'stack/a': 0 }, [retired('a')])])).rejects.toThrow(Transient);
    const others = `select pg_terminate_backend(pid) from pg_stat_activity where query like 'call append_and_commit%' and state = 'active'`;
    while ((await logs.pool.query(others)).rowCount === 0);
    await lost;
    await blocker.query('commit');
    blocker.release();
    expect((await logs.other.append([item({ 'stack/a': 0 }, [retired('a')])]))[0]?.status).toBe('appended');
  });

  it('names the first event that can not be read', async () => {
    await logs.empty();
    for (let n = 0; n < 3; n++) await logs.log.append([item({ 'stack/a': n }, [retired('a', n + 1)])]);
    await logs.pool.query(`update events set data = '{}' where position = 2`);
    const words = /^read position 2, version 2 of stack\/a: read event VersionRetired: /;
    await expect(logs.log.read({})).rejects.toSatisfy((cause) => cause instanceof Rejected && words.test(cause.message));
    await logs.pool.query(`update events set v = 2 where position = 2`);
    await expect(logs.log.readStream('stack/a')).rejects.toThrow(/version 2 is newer than 1/);
  });

  it('gathers what arrives while one append commits', async () => {
    await logs.empty();
    const count = async (): Promise<number> =>
      Number((await logs.pool.query('select xact_commit from pg_stat_database where datname = current_database()')).rows[0]?.xact_commit);
    const before = await count();
    const appends = Array.from({ length: 200 }, (_unused, n) => logs.log.append([item({ [`stack/g${n}`]: 0 }, [retired(`g${n}`)])]));
    const results = await Promise.all(appends);
    expect(results.flatMap(([result]) => (result?.status === 'appended' ? result.positions : []))).toEqual(results.map((_r, n) => n + 1));
    expect((await count()) - before).toBeLessThan(50);
  });
});
