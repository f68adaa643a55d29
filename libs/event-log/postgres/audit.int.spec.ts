import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, StackName } from '#libs/contracts';
import { auditLog } from './audit.ts';
import { asRole } from './roles.ts';
import { servers, TwoLogs } from './test-logs.ts';

const clock = new ManualClock();
const ids = new CountingIds();

/** Makes the chain fit again from a row on, as somebody would who may write to the tables and knows how the log is made. */
const MADE_ANEW = `
do $$
declare e record; previous bytea := decode(repeat('00', 32), 'hex');
begin
  for e in select * from events order by position loop
    previous := sha256(previous || convert_to(netstring(e.position::text) || netstring(e.incarnation::text) || netstring(e.lane::text) ||
      netstring(e.lane_no::text) || netstring(e.stream) || netstring(e.version::text) || netstring(e.id) || netstring(e.type) ||
      netstring(e.v::text) || netstring(e.concerns) || netstring(e.subject) || netstring(e.at::text) || netstring(e.actor) ||
      netstring(e.correlation) || netstring(e.causation) || netstring(e.data), 'UTF8'));
    update events set hash = previous where position = e.position;
  end loop;
  update head set hash = previous;
end $$`;
const CUT = 'delete from events where position > 6; update head set position = 6, hash = (select hash from events where position = 6)';

describe.each(Object.entries(servers))('an audit on %s', (_, programs) => {
  let logs: TwoLogs;
  let reader: pg.Pool;

  beforeAll(async () => {
    logs = await TwoLogs.open(clock, programs);
    reader = new pg.Pool(asRole(logs.config, 'read'));
  });
  afterAll(async () => {
    await reader.end();
    await logs.close();
  });
  beforeEach(async () => {
    await logs.empty();
    for (const version of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const data = { stack: 'shop' as StackName, version };
      const event = { id: ids.event(), type: 'VersionRetired', data, actor: 'é', correlation: 'test', causation: null } as AnyNewEvent;
      await logs.log.append([{ incarnation: 1, expected: { 'stack/shop': version - 1 }, events: [{ stream: 'stack/shop', event }] }]);
    }
  });
  const anchor = async () => {
    const { incarnation, position, hash } = await logs.log.head();
    return { incarnation, position, hash, keeper: 'host one' };
  };

  it('by who may only read finds nothing in a log that nobody touched, and says what it could not see', async () => {
    const { keeper: _, ...head } = await anchor();
    expect(await auditLog(reader)).toEqual({
      ...{ status: 'intact', head, findings: [], losses: [], anchors: 0 },
      unseen: expect.stringContaining('Without an anchor'),
    });
  });

  it.each([
    ['changed', 'update events set actor = $$x$$ where position = 4', 4, 'do not fit'],
    ['removed', 'delete from events where position = 4', 4, 'missing'],
    ['removed at the end', 'delete from events where position > 6', 7, 'missing'],
    [
      'added',
      'insert into events select 9, incarnation, lane, 9, stream, 9, $$x$$, type, v, concerns, subject, at, actor, correlation, causation, data, hash from events where position = 8',
      9,
      'beyond',
    ],
    [
      'moved',
      'update events set position = 100 where position = 4; update events set position = 4 where position = 5; update events set position = 5 where position = 100',
      4,
      'do not fit',
    ],
    ['left behind by a head that went back', 'update head set position = 6', 6, 'another hash'],
  ])('names the first row that was %s', async (_what, sql, position, fault) => {
    await logs.pool.query(sql);
    expect(await auditLog(reader)).toMatchObject({ status: 'broken', findings: [{ position, fault: expect.stringContaining(fault) }] });
  });

  it('finds a tail that was cut off with its head by an anchor alone', async () => {
    const kept = await anchor();
    await logs.pool.query(CUT);
    expect((await auditLog(reader)).status).toBe('intact');
    expect(await auditLog(reader, [kept])).toMatchObject({
      status: 'broken',
      findings: [{ position: 7, fault: expect.stringMatching(/of host one .* cut off/) }],
    });
  });

  it('finds a chain that was made anew by an anchor alone', async () => {
    const kept = await anchor();
    await logs.pool.query(`update events set actor = 'x' where position = 2`);
    await logs.pool.query(MADE_ANEW);
    expect((await auditLog(reader)).status).toBe('intact');
    const { findings } = await auditLog(reader, [kept]);
    expect(findings).toMatchObject([{ position: 8, fault: expect.stringContaining('made anew') }]);
  });

  it('names the recorded loss of which an anchor is, and takes it for no fault', async () => {
    const kept = await anchor();
    await logs.pool.query(CUT);
    await logs.other.raiseIncarnation({ id: ids.event(), from: 1, reason: 'tail-lost', actor: 'test' });
    expect(await auditLog(reader, [kept])).toMatchObject({
      ...{ status: 'intact', anchors: 1 },
      losses: [{ incarnation: 2, position: 7, until: { incarnation: 1, position: 6 }, reason: 'tail-lost', anchors: 1 }],
    });
  });
});
