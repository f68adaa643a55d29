import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CountingIds } from '#libs/clock';
import type { AnyNewEvent, ArchivedRange } from '#libs/contracts';
import { Archive, Archived, ArchiveFiles, ArchiveFolder } from '../archive/index.ts';
import { item, JumpingClock, retired } from '../event-log.contract.ts';
import type { EventQuery } from '../event-log.ts';
import { verifyChain } from '../verify-chain.ts';
import { ViewRunner } from '../views/index.ts';
import { auditLog } from './audit.ts';
import { mentionsView } from './mentions.ts';
import { PostgresEventLog } from './postgres-event-log.ts';
import { PostgresLedger } from './postgres-ledger.ts';
import { asRole } from './roles.ts';
import { EMPTY_APPEND, servers, TwoLogs } from './test-logs.ts';

const clock = new JumpingClock(1000);
const ids = new CountingIds();
const failLoudly = (problem: string, cause: unknown): void => {
  throw new Error(problem, { cause });
};
const before = (position: number) => ({ before: { position } });

describe.each(Object.entries(servers))('the archive on %s', (_, programs) => {
  let logs: TwoLogs;
  let ledger: PostgresLedger;
  let dir: string;
  let files: ArchiveFiles;
  let log: PostgresEventLog;

  beforeAll(async () => {
    logs = await TwoLogs.open(clock, programs);
    ledger = new PostgresLedger(asRole(logs.config, 'archive'), () => undefined);
  });
  afterAll(async () => {
    await ledger.close();
    await logs.close();
  });
  beforeEach(async () => {
    await logs.empty();
    dir = await mkdtemp(join(tmpdir(), 'berth-archive-'));
    files = new ArchiveFiles(new ArchiveFolder(dir));
    log = logOver(files);
    for (let n = 1; n <= 9; n++) await happen(n % 3 === 0 ? 'blog' : 'shop', n);
    await keepWorld(9);
    return () => rm(dir, { recursive: true });
  });

  const logOver = (archive: ArchiveFiles): PostgresEventLog =>
    new PostgresEventLog({ pool: logs.pool, clock, report: failLoudly, timeOf: 'clock', archive });
  const archiveOf = (folder = new ArchiveFolder(dir), over: PostgresLedger = ledger): Archive =>
    new Archive({ files: new ArchiveFiles(folder), ledger: over, ids, rangeSize: 3 });
  const happen = async (stack: string, version: number): Promise<void> => {
    clock.advance(10);
    const stream = `stack/${stack}`;
    const expected = (await log.read({ stream, order: 'newest', limit: 1 }))[0]?.version ?? 0;
    const [result] = await log.append([item({ [stream]: expected }, [retired(stack, version)])]);
    expect(result?.status).toBe('appended');
  };
  /** A service that starts reads on behind it. */
  const keepWorld = async (position: number): Promise<void> => {
    await logs.pool.query('delete from snapshots');
    await logs.pool.query(
      `insert into snapshots (name, release, slot, incarnation, position, hash, parts) select 'world', '1', 1, 1, position, hash, 0 from events where position = $1`,
      [position],
    );
  };
  const writeAndCut = async (position = 8): Promise<void> => {
    await archiveOf().write(before(position));
    await archiveOf().cut();
  };
  const rows = async (): Promise<number[]> =>
    (await logs.pool.query<{ position: string }>('select position from events order by position')).rows.map(({ position }) =>
      Number(position),
    );
  const places = (ranges: readonly ArchivedRange[]): string[] =>
    ranges.map(({ first, last, isCut }) => `${first}–${last}${isCut ? ' cut' : ''}`);

  it('writes what is before a position, and takes nothing out of the table', async () => {
    const { written, goesOn } = await archiveOf().write(before(8));
    expect([places(written), goesOn]).toEqual([['1–3', '4–6', '7–7'], false]);
    expect(await readdir(dir)).toEqual(written.map(({ file }) => file));
    expect(await rows()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await archiveOf().verify()).toEqual({ status: 'intact', files: 3, findings: [] });
    expect(await archiveOf().show(written[0]?.file ?? '')).toEqual(await log.read({ limit: 3 }));
  });

  it('goes on where it ended, by an instant too, and never takes the newest event', async () => {
    const third = (await log.read({ limit: 3 })).at(-1);
    expect(places((await archiveOf().write({ before: { instant: third?.at ?? 0 } })).written)).toEqual(['1–2']);
    expect(places((await archiveOf().write(before(100))).written)).toEqual(['3–5', '6–8']);
    await archiveOf().cut();
    expect(await rows()).toEqual([9]);
  });

  const questions: Record<string, EventQuery> = {
    everything: {},
    'the newest first': { order: 'newest' },
    'a page that begins in a file': { after: 2, limit: 5 },
    'a page before a position': { before: 7, order: 'newest', limit: 4 },
    'a stack': { stack: 'blog' },
    'the newest of a stack': { stack: 'shop', order: 'newest', limit: 5 },
    'a stream': { stream: 'stack/shop', after: 1 },
    'several types': { type: ['VersionRetired', 'VersionPromoted'], limit: 7 },
    'who did it': { actor: 'test', limit: 8 },
    'who and why': { actor: 'test', correlation: 'c', order: 'newest' },
    'what is nowhere': { stack: 'nobody' },
  };

  it('answers the same after a cut, whatever is asked, and however much of it the index of mentions holds', async () => {
    const first = (await log.read({ limit: 1 }))[0]?.at ?? 0;
    const asked = { ...questions, 'a time': { from: first + 20, until: first + 70 } };
    const answers = async () => Promise.all(Object.entries(asked).map(async ([name, query]) => [name, await log.read(query)]));
    const expected = await answers();
    await writeAndCut();
    expect(await rows()).toEqual([8, 9]);
    expect(await answers()).toEqual(expected);
    const runner = new ViewRunner({ pool: logs.pool, log, view: mentionsView });
    await runner.start();
    await runner.stop();
    expect(await answers()).toEqual(expected);
  });

  it('is what streams, ids, hashes and the chain are read from', async () => {
    const [first, stream, hash] = [(await log.read({ limit: 1 }))[0], await log.readStream('stack/blog'), await log.hashAt(5)];
    await writeAndCut();
    expect(await log.readStream('stack/blog')).toEqual(stream);
    expect(await log.readStream('stack/nobody')).toEqual([]);
    expect(first && (await log.find(first.id))).toEqual(first);
    expect(await log.find(ids.event())).toBeNull();
    expect(await log.hashAt(5)).toBe(hash);
    expect(await verifyChain(log)).toMatchObject({ status: 'intact', position: 9 });
    expect(await log.read({ onlyTable: true })).toHaveLength(2);
  });

  it('lets a stream go on, and refuses an item that was appended before the cut', async () => {
    const [first] = await log.readStored(0, 1);
    await writeAndCut();
    await happen('blog', 10);
    const { id, data, type } = first ?? { id: '', data: '', type: '' };
    const event = { id, type, data: JSON.parse(data), actor: 'test', correlation: 'c', causation: null } as unknown as AnyNewEvent;
    expect(await log.append([item({ 'stack/shop': 0 }, [{ stream: 'stack/shop', event }])])).toMatchObject([
      { status: 'conflict', actual: 6 },
    ]);
  });

  it('keeps what is younger than a week in the table', async () => {
    const ago = (await ledger.now()) - clock.now();
    clock.jump(ago);
    await happen('shop', 10);
    await happen('shop', 11);
    clock.jump(-ago);
    await keepWorld(11);
    await archiveOf().write(before(100));
    const { cut, kept } = await archiveOf().cut();
    expect([places(cut), kept]).toEqual([['1–3 cut', '4–6 cut', '7–9 cut'], expect.stringContaining('positions 10 and later stay')]);
    expect(await rows()).toEqual([10, 11]);
  });

  it('keeps in the table what a service that starts would need a file for', async () => {
    await archiveOf().write(before(8));
    await keepWorld(6);
    const { cut, kept } = await archiveOf().cut();
    expect([places(cut), kept]).toEqual([['1–3 cut'], expect.stringContaining('positions 4 and later stay: no snapshot covers them yet')]);
    await logs.pool.query(`update snapshots set position = 9, hash = 'another log'`);
    expect((await archiveOf().cut()).cut).toEqual([]);
  });

  it('is part of an audit', async () => {
    const anchors = await Promise.all(
      [3, 5].map(async (position) => ({ incarnation: 1, position, keeper: 'host one', hash: (await log.hashAt(position)) ?? '' })),
    );
    await writeAndCut();
    expect(await auditLog(logs.pool, anchors, files)).toMatchObject({ status: 'intact', findings: [] });
    const wrong = [{ incarnation: 1, position: 5, keeper: 'host one', hash: 'f'.repeat(64) }];
    expect(await auditLog(logs.pool, wrong, files)).toMatchObject({ findings: [{ position: 5 }] });
    const blind = await auditLog(logs.pool, anchors);
    expect([blind.status, blind.unseen]).toEqual(['intact', expect.stringContaining('Positions 1–7 are in 3 files')]);
  });

  it('names the file to whoever needs it and has no folder of it, and holds up nobody else', async () => {
    await writeAndCut();
    const elsewhere = logOver(new ArchiveFiles(null));
    await expect(elsewhere.read({ after: 0 })).rejects.toThrow(
      /^read the log: positions 1–3 are archived in events-000000000001-000000000003.jsonl.zst; .*BERTH_ARCHIVE/,
    );
    expect(await elsewhere.read({ after: 7 })).toHaveLength(2);
    expect(await elsewhere.hashAt(7)).toHaveLength(64);
    await expect(elsewhere.hashAt(6)).resolves.toHaveLength(64);
    await expect(elsewhere.hashAt(5)).rejects.toThrow('positions 4–6 are archived');
  });

  it('takes no rows out of the table whose file is damaged, and believes no damaged file', async () => {
    const { written } = await archiveOf().write(before(8));
    const file = join(dir, written[1]?.file ?? '');
    const sound = await readFile(file);
    await chmod(file, 0o600);
    await writeFile(file, Buffer.concat([sound.subarray(0, 40), Buffer.from('!'), sound.subarray(41)]));
    await expect(archiveOf().cut()).rejects.toThrow(Archived);
    expect(await rows()).toEqual([4, 5, 6, 7, 8, 9]);
    expect(await archiveOf().verify()).toMatchObject({ status: 'broken', findings: [{ file: written[1]?.file }] });
    await writeFile(file, sound);
    expect(places((await archiveOf().cut()).cut)).toEqual(['4–6 cut', '7–7 cut']);
    await rm(file);
    await expect(log.read({ after: 3 })).rejects.toThrow(/positions 4–6 are archived in .*ENOENT/);
    expect(await auditLog(logs.pool, [], files)).toMatchObject({ status: 'broken', findings: [{ position: 4 }] });
  });

  it('does not make a broken chain good', async () => {
    await logs.pool.query(`update events set actor = 'nobody' where position = 5`);
    await expect(archiveOf().write(before(8))).rejects.toThrow('position 5: its columns do not fit its hash');
    expect(places(await archiveOf().ranges())).toEqual(['1–3']);
  });

  const died = new Error('the process died');
  const deaths: Record<string, (dying: Dying) => void> = {
    'with a part of a file written': (dying) => {
      dying.folder.dies = 'in a part';
    },
    'before a file is noted': (dying) => {
      dying.folder.dies = 'after it';
    },
    'after a file was noted': (dying) => {
      dying.ledger.dies = 'noted';
    },
    'before rows are cut': (dying) => {
      dying.ledger.dies = 'before the cut';
    },
    'after rows were cut': (dying) => {
      dying.ledger.dies = 'cut';
    },
  };

  it.each(Object.entries(deaths))('loses nothing and doubles nothing when it is killed %s', async (_, kill) => {
    const expected = await log.readStored(0, 100);
    const dying = { folder: new DyingFolder(dir), ledger: new DyingLedger(asRole(logs.config, 'archive'), () => undefined) };
    kill(dying);
    const archive = archiveOf(dying.folder, dying.ledger);
    await expect(archive.write(before(8)).then(() => archive.cut())).rejects.toThrow(died);
    await dying.ledger.close();
    expect(await log.readStored(0, 100)).toEqual(expected);
    await writeAndCut();
    expect(places(await archiveOf().ranges())).toEqual(['1–3 cut', '4–6 cut', '7–7 cut']);
    expect((await readdir(dir)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(await log.readStored(0, 100)).toEqual(expected);
  });

  interface Dying {
    readonly folder: DyingFolder;
    readonly ledger: DyingLedger;
  }

  class DyingFolder extends ArchiveFolder {
    dies: 'in a part' | 'after it' | null = null;

    override async write(file: string, bytes: Uint8Array, mark: string): Promise<void> {
      if (this.dies === 'in a part') await writeFile(join(dir, `${file}.${mark}.part`), bytes.subarray(0, 10));
      else await super.write(file, bytes, mark);
      if (this.dies) throw died;
    }
  }

  class DyingLedger extends PostgresLedger {
    dies: 'noted' | 'before the cut' | 'cut' | null = null;

    override async note(range: Omit<ArchivedRange, 'isCut'>): Promise<void> {
      await super.note(range);
      if (this.dies === 'noted') throw died;
    }

    override async cut(range: ArchivedRange): Promise<void> {
      if (this.dies === 'before the cut') throw died;
      await super.cut(range);
      if (this.dies === 'cut') throw died;
    }
  }

  describe('as a user of the database', () => {
    const refusalOf = async (role: 'append' | 'read' | 'archive', sql: string): Promise<string> => {
      const client = new pg.Client(asRole(logs.config, role));
      await client.connect();
      return client
        .query(sql)
        .then(
          () => 'done',
          (cause: { code?: string }) => cause.code ?? 'unknown',
        )
        .finally(() => client.end());
    };

    it('only who archives may cut, and may take nothing out by another way', async () => {
      await archiveOf().write(before(8));
      const refused = '42501';
      expect(await refusalOf('append', 'select cut_archive(3)')).toBe(refused);
      expect(await refusalOf('append', `insert into archives select * from archives`)).toBe(refused);
      expect(await refusalOf('read', 'select cut_archive(3)')).toBe(refused);
      for (const sql of ['delete from events', 'truncate events', 'update archives set last = 9', EMPTY_APPEND, 'table keys'])
        expect(await refusalOf('archive', sql)).toBe(refused);
      expect(await refusalOf('archive', 'select cut_archive(6)')).toBe('P0001');
      expect(await refusalOf('archive', 'select cut_archive(8)')).toBe('P0001');
      expect(await refusalOf('archive', 'select cut_archive(3)')).toBe('done');
    });

    it('nobody notes a range that the table does not have', async () => {
      const { written } = await archiveOf().write(before(4));
      const next = { ...written[0], first: 4, last: 6, previous: written[0]?.hash, sha256: 'x' } as ArchivedRange;
      await expect(ledger.note(next)).rejects.toThrow('the table has other events there');
      await expect(ledger.note({ ...next, first: 5 })).rejects.toThrow('the range before ends at 3');
    });
  });
});
