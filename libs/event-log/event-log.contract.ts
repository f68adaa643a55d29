import { beforeEach, describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import { type AnyNewEvent, type BerthEvent, type EventId, laneOf, subjectOf } from '#libs/contracts';
import type { AppendItem, AppendResult, CheckpointMove, EventLog, EventQuery } from './event-log.ts';
import { type Chained, verifyChain } from './verify-chain.ts';

export interface OpenedLog {
  readonly log: EventLog & Chained;
  /** Another program's view of the same log. */
  readonly other: EventLog & Chained;
  /** Sets the time of events. */
  readonly clock: JumpingClock;
}

/** Somebody sets the machine's time. */
export class JumpingClock extends ManualClock {
  #jumped = 0;

  override now(): number {
    return super.now() + this.#jumped;
  }

  jump(ms: number): void {
    this.#jumped += ms;
  }
}

const ids = new CountingIds();

/** A small event about a stack. */
export const retired = (stack: string, version = 1, id: EventId = ids.event()): AppendItem['events'][number] => ({
  stream: `stack/${stack}`,
  event: { id, type: 'VersionRetired', data: { stack, version }, actor: 'test', correlation: 'c', causation: null } as AnyNewEvent,
});

const tagged = (host: string, tags: readonly string[], id: EventId = ids.event()): AppendItem['events'][number] => ({
  stream: 'hosts',
  event: { id, type: 'HostTagged', data: { host, tags }, actor: 'test', correlation: 'c', causation: null } as AnyNewEvent,
});

export const item = (
  expected: AppendItem['expected'],
  events: AppendItem['events'],
  more: Partial<Omit<AppendItem, 'events' | 'expected'>> = {},
): AppendItem => ({ incarnation: 1, expected, events, ...more });

const move = (from: number, to: number, fence = 0, incarnation = 1): CheckpointMove => ({
  ...{ consumer: 'deployer', lane: 3, incarnation, from, to, fence },
});

/** What every `EventLog` keeps. */
export const eventLogContract = (name: string, openEmpty: () => Promise<OpenedLog>): void => {
  describe(name, () => {
    let opened: OpenedLog;
    let log: OpenedLog['log'];

    beforeEach(async () => {
      opened = await openEmpty();
      log = opened.log;
    });

    const append = async (...items: readonly AppendItem[]): Promise<readonly AppendResult[]> => log.append(items);
    const all = (): Promise<readonly BerthEvent[]> => log.read({ limit: 1000 });

    describe('an empty log', () => {
      it('has a head at position 0', async () => {
        expect(await log.head()).toEqual({ incarnation: 1, position: 0, hash: '0'.repeat(64), lanes: [0, 0, 0, 0, 0, 0, 0, 0] });
      });

      it('has no events, checkpoints or broken chain', async () => {
        expect(await all()).toEqual([]);
        expect(await log.readStream('stack/shop')).toEqual([]);
        expect(await log.find(ids.event())).toBeNull();
        expect(await log.hashAt(1)).toBeNull();
        expect(await log.checkpoint('deployer', 0)).toBe(0);
        expect(await verifyChain(log)).toEqual({ status: 'intact', position: 0, hash: '0'.repeat(64) });
      });
    });

    describe('raising the incarnation', () => {
      const raise = (from: number) => log.raiseIncarnation({ id: ids.event(), from, reason: 'restored', actor: 'test' });

      it('is an event of the new one, which says where the one before ended', async () => {
        await append(item({ 'stack/shop': 0 }, [retired('shop')]));
        expect(await raise(1)).toMatchObject({ incarnation: 2, position: 2 });
        const data = { incarnation: 2, until: { incarnation: 1, position: 1 }, reason: 'restored' };
        expect((await all()).at(-1)).toMatchObject({ type: 'IncarnationRaised', stream: 'platform', incarnation: 2, position: 2, data });
        expect(await verifyChain(log)).toMatchObject({ status: 'intact', position: 2 });
      });

      it('keeps the words of a person, whatever is in them', async () => {
        const words = 'the backup of "Tuesday"\n\\ é 🜨 \u0001';
        await log.raiseIncarnation({ id: ids.event(), from: 1, reason: 'by-operator', words, actor: 'token:operator' });
        expect((await all()).at(-1)?.data).toMatchObject({ reason: 'by-operator', words });
        expect(await verifyChain(log)).toMatchObject({ status: 'intact' });
      });

      it('does nothing when somebody did it before', async () => {
        const [first, second] = await Promise.all([raise(1), raise(1)]);
        expect([first, second]).toMatchObject([{ incarnation: 2 }, { incarnation: 2 }]);
        expect(await all()).toHaveLength(1);
      });

      it('lets nothing in that was decided before', async () => {
        await raise(1);
        expect(await append(item({ 'stack/shop': 0 }, [retired('shop')]))).toEqual([{ status: 'incarnation', actual: 2 }]);
      });
    });

    describe('an accepted item', () => {
      it('is given back as it was appended, with what the log gives', async () => {
        opened.clock.advance(5000);
        const wish = retired('shop', 7);
        expect(await append(item({ 'stack/shop': 0 }, [wish]))).toEqual([{ status: 'appended', positions: [1] }]);
        const lane = laneOf('shop');
        const given = { v: 1, stream: 'stack/shop', version: 1, incarnation: 1, position: 1, lane, laneNo: 1, at: opened.clock.now() };
        expect(await all()).toEqual([{ ...wish.event, ...given }]);
        expect(await log.find(wish.event.id)).toEqual({ ...wish.event, ...given });
        expect(await log.hashAt(1)).toBe((await log.head()).hash);
      });

      it('numbers positions, stream versions and lanes without a gap', async () => {
        await append(item({ 'stack/a': 0, 'stack/b': 0 }, [retired('a', 1), retired('b', 1), retired('a', 2)]));
        await append(item({ hosts: 0, 'stack/a': 2 }, [tagged('main', []), retired('a', 3)]));
        const events = await all();
        expect(events.map((event) => event.position)).toEqual([1, 2, 3, 4, 5]);
        expect(events.map((event) => `${event.stream} ${event.version}`)).toEqual([
          'stack/a 1',
          'stack/b 1',
          'stack/a 2',
          'hosts 1',
          'stack/a 3',
        ]);
        expectGaplessLanes(events);
        expect((await log.head()).lanes.reduce((sum, count) => sum + count)).toBe(5);
      });

      it('keeps texts exactly, whatever is in them', async () => {
        const tags = ['ü "quoted" \\ back', '\u0000\u001f', '😀', '\ud800', '', '{"a":1}', "'; drop table events; --"];
        await append(item({ hosts: 0 }, [tagged('main', tags)]));
        expect((await all())[0]?.data).toEqual({ host: 'main', tags });
        expect((await log.readStored(0, 1))[0]?.data).toBe(JSON.stringify({ host: 'main', tags }));
      });

      it('may append nothing, and says whether its streams stand where it expects them', async () => {
        expect(await append(item({ hosts: 0 }, []))).toEqual([{ status: 'appended', positions: [] }]);
        expect((await log.head()).position).toBe(0);
      });
    });

    describe('a checkpoint', () => {
      it('moves from where it stands, each lane of a consumer for itself', async () => {
        expect(await log.moveCheckpoint(move(0, 12))).toBe(true);
        expect(await log.moveCheckpoint(move(12, 15))).toBe(true);
        expect([await log.checkpoint('deployer', 3), await log.checkpoint('deployer', 4)]).toEqual([15, 0]);
      });

      it('stays when it stands elsewhere, also where it never moved', async () => {
        expect(await log.moveCheckpoint(move(6, 8))).toBe(false);
        expect(await log.checkpoint('deployer', 3)).toBe(0);
        await log.moveCheckpoint(move(0, 12));
        expect(await log.moveCheckpoint(move(0, 12))).toBe(false);
        expect(await log.checkpoint('deployer', 3)).toBe(12);
      });

      it('stays below the fence that moved it last', async () => {
        await log.moveCheckpoint(move(0, 5, 7));
        expect(await log.moveCheckpoint(move(5, 6, 6))).toBe(false);
        expect(await log.moveCheckpoint(move(5, 6, 7))).toBe(true);
      });

      it('stays in another incarnation than that of who moves it', async () => {
        expect(await log.moveCheckpoint(move(0, 5, 0, 2))).toBe(false);
        expect(await log.checkpoint('deployer', 3)).toBe(0);
      });
    });

    describe('an event that concerns all of Berth', () => {
      it('is kept in a lane of its own subject', async () => {
        const event = {
          id: ids.event(),
          type: 'FormatRaised',
          data: { format: 2 },
          actor: 'test',
          correlation: 'c',
          causation: null,
        } as AnyNewEvent;
        await append(item({ platform: 0 }, [{ stream: 'platform', event }]));
        expect(await all()).toMatchObject([{ type: 'FormatRaised', stream: 'platform', lane: laneOf('platform') }]);
        expect((await log.readStored(0, 1))[0]).toMatchObject({ concerns: 'platform', subject: 'platform' });
      });
    });

    describe('a repeated item', () => {
      it('is already there, with its positions', async () => {
        const same = item({ 'stack/shop': 0 }, [retired('shop', 1), retired('shop', 2)]);
        await append(item({ hosts: 0 }, [tagged('main', [])]));
        expect(await append(same)).toEqual([{ status: 'appended', positions: [2, 3] }]);
        expect(await append(same)).toEqual([{ status: 'already', positions: [2, 3] }]);
        expect(await append(same, same)).toEqual([
          { status: 'already', positions: [2, 3] },
          { status: 'already', positions: [2, 3] },
        ]);
        expect((await log.head()).position).toBe(3);
      });

      it('is found inside one call too', async () => {
        const same = item({ 'stack/shop': 0 }, [retired('shop')]);
        expect((await append(same, same)).map(({ status }) => status)).toEqual(['appended', 'already']);
      });

      it('is refused when an id comes with other bytes', async () => {
        const id = ids.event();
        await append(item({ 'stack/shop': 0 }, [retired('shop', 1, id)]));
        const reason = `append event ${id}: it is in the log with other bytes`;
        expect(await append(item({ 'stack/shop': 1 }, [retired('shop', 2, id)]))).toEqual([{ status: 'refused', reason }]);
        expect(await append(item({ 'stack/other': 0 }, [retired('other', 1, id)]))).toEqual([{ status: 'refused', reason }]);
      });

      it('is refused when only some of its events are there', async () => {
        const known = retired('shop', 1);
        await append(item({ 'stack/shop': 0 }, [known]));
        const reason = 'append item: some of its events are in the log and some are not';
        expect(await append(item({ 'stack/shop': 1 }, [known, retired('shop', 2)]))).toEqual([{ status: 'refused', reason }]);
      });
    });

    describe('an item that is not accepted', () => {
      it('names the stream that stands elsewhere and where it stands', async () => {
        await append(item({ 'stack/shop': 0 }, [retired('shop', 1), retired('shop', 2)]));
        const conflict = { status: 'conflict', stream: 'stack/shop', actual: 2 };
        expect(await append(item({ 'stack/shop': 1 }, [retired('shop', 3)]))).toEqual([conflict]);
        expect(await append(item({ 'stack/shop': 3 }, [retired('shop', 3)]))).toEqual([conflict]);
      });

      it('conflicts also on a stream that it only read', async () => {
        await append(item({ hosts: 0 }, [tagged('main', [])]));
        const result = await append(item({ hosts: 0, 'stack/shop': 0 }, [retired('shop')]));
        expect(result).toEqual([{ status: 'conflict', stream: 'hosts', actual: 1 }]);
      });

      it('names the first of several conflicts in the order of the names', async () => {
        const result = await append(item({ 'stack/b': 4, hosts: 2, 'stack/a': 3 }, []));
        expect(result).toEqual([{ status: 'conflict', stream: 'hosts', actual: 0 }]);
      });

      it('is told the incarnation of the log', async () => {
        const result = await append(item({ 'stack/shop': 0 }, [retired('shop')], { incarnation: 2 }));
        expect(result).toEqual([{ status: 'incarnation', actual: 1 }]);
      });

      it('leaves nothing behind: no event, no number', async () => {
        const before = await log.head();
        await append(item({ 'stack/a': 0, 'stack/b': 1 }, [retired('a'), retired('b', 2)]));
        expect(await log.head()).toEqual(before);
        expect(await all()).toEqual([]);
      });

      it('does not harm its neighbours in the call', async () => {
        const results = await append(
          item({ 'stack/a': 0 }, [retired('a')]),
          item({ 'stack/b': 5 }, [retired('b')]),
          item({ 'stack/c': 0 }, [retired('c')], { incarnation: 9 }),
          item({ 'stack/d': 0 }, [retired('d', -1)]),
          item({ 'stack/e': 0 }, [retired('e')]),
        );
        expect(results.map(({ status }) => status)).toEqual(['appended', 'conflict', 'incarnation', 'refused', 'appended']);
        expect((await all()).map(({ position, stream }) => [position, stream])).toEqual([
          [1, 'stack/a'],
          [2, 'stack/e'],
        ]);
      });

      it('is refused when an earlier item of the call appended to its stream', async () => {
        const results = await append(item({ 'stack/shop': 0 }, [retired('shop', 1)]), item({ 'stack/shop': 1 }, [retired('shop', 2)]));
        expect(results).toEqual([
          { status: 'appended', positions: [1] },
          { status: 'refused', reason: 'append to stack/shop: an earlier item of this call appended to it' },
        ]);
      });

      it('sees what an earlier item of the call did to a stream that it only reads', async () => {
        const results = await append(item({ 'stack/a': 0 }, [retired('a')]), item({ 'stack/a': 0, 'stack/b': 0 }, [retired('b')]));
        expect(results[1]).toEqual({ status: 'conflict', stream: 'stack/a', actual: 1 });
      });
    });

    describe('an item that no log could take is refused', () => {
      const hostless = { ...tagged('main', []).event, data: { tags: [] } } as unknown as AnyNewEvent;
      const unknown = { ...retired('shop').event, type: 'ShopOpened' } as unknown as AnyNewEvent;
      const twin = retired('shop');
      const faulty: Readonly<Record<string, readonly [AppendItem, RegExp]>> = {
        'with data that its schema does not take': [item({ hosts: 0 }, [{ stream: 'hosts', event: hostless }]), /HostTagged/],
        'of a type that nobody knows': [item({ x: 0 }, [{ stream: 'x', event: unknown }]), /no type is called ShopOpened/],
        'without the expected version of its stream': [item({ hosts: 0 }, [twin]), /expected version of stack\/shop is missing/],
        'with one id twice': [item({ 'stack/shop': 0 }, [twin, twin]), /two of its events have one id/],
        'with a number that is none': [item({ 'stack/shop': 0.5 }, [twin]), /no whole number/],
        'with more than 1 MiB of data': [
          item({ hosts: 0 }, [tagged('main', ['x'.repeat(1024 * 1024)])]),
          /HostTagged: it has more than 1048576 bytes/,
        ],
        'with a zero character in a name': [item({ 'a\0b': 0 }, []), /zero character/],
      };
      it.each(Object.keys(faulty))('%s', async (name) => {
        const [faultyItem, reason] = faulty[name] ?? [item({}, []), /never/];
        expect(await append(faultyItem)).toEqual([{ status: 'refused', reason: expect.stringMatching(reason) }]);
        expect((await log.head()).position).toBe(0);
      });
    });

    describe('judging goes in one order', () => {
      it('incarnation, ids, versions', async () => {
        const known = retired('shop', 1);
        await append(item({ 'stack/shop': 0 }, [known]));
        const statusOf = async (one: AppendItem): Promise<string> => (await append(one))[0]?.status ?? '';
        const stale = { 'stack/shop': 0 };
        expect(await statusOf(item(stale, [known], { incarnation: 3 }))).toBe('incarnation');
        expect(await statusOf(item(stale, [known]))).toBe('already');
        expect(await statusOf(item(stale, [retired('shop', 2)]))).toBe('conflict');
      });
    });

    describe('reading', () => {
      beforeEach(async () => {
        await append(item({ 'stack/a': 0, hosts: 0 }, [retired('a', 1), tagged('a', ['x']), retired('a', 2)]));
        await append(item({ 'stack/b': 0 }, [retired('b', 1)]));
      });

      it('takes filters, alone and together', async () => {
        const positions = async (query: Parameters<EventLog['read']>[0]): Promise<readonly number[]> =>
          (await log.read(query)).map(({ position }) => position);
        expect(await positions({ stream: 'stack/a' })).toEqual([1, 3]);
        expect(await positions({ type: 'HostTagged' })).toEqual([2]);
        expect(await positions({ after: 2 })).toEqual([3, 4]);
        expect(await positions({ limit: 2 })).toEqual([1, 2]);
        expect(await positions({ type: 'VersionRetired', after: 1, limit: 1 })).toEqual([3]);
        expect(await positions({ stream: 'stack/a', type: 'HostTagged' })).toEqual([]);
        expect(await positions({ limit: 0 })).toEqual([]);
      });

      it('begins at either end', async () => {
        const newest = async (query: EventQuery): Promise<readonly number[]> =>
          (await log.read({ ...query, order: 'newest' })).map(({ position }) => position);
        expect(await newest({})).toEqual([4, 3, 2, 1]);
        expect(await newest({ limit: 2 })).toEqual([4, 3]);
        expect(await newest({ before: 3 })).toEqual([2, 1]);
        expect(await newest({ after: 1, before: 4, stream: 'stack/a' })).toEqual([3]);
        expect(await newest({ type: ['HostTagged', 'VersionRetired'], limit: 3 })).toEqual([4, 3, 2]);
      });

      it('goes by the time of events: from one instant to before another', async () => {
        const { at: first } = (await all())[0] ?? { at: 0 };
        opened.clock.advance(1000);
        await append(item({ 'stack/c': 0 }, [retired('c', 1)]));
        const positions = async (query: EventQuery): Promise<readonly number[]> => (await log.read(query)).map(({ position }) => position);
        expect(await positions({ from: first })).toEqual([1, 2, 3, 4, 5]);
        expect(await positions({ from: first + 1 })).toEqual([5]);
        expect(await positions({ until: first })).toEqual([]);
        expect(await positions({ until: first + 1000 })).toEqual([1, 2, 3, 4]);
        expect(await positions({ from: first + 1001 })).toEqual([]);
      });

      it('finds what names a host or a container, in whatever list', async () => {
        const container = 'shop-web-1-abcdefgh-1';
        const endpoints = { k: [{ container, host: 'h1', address: '10.0.0.1', port: 80 }] };
        const data = { stack: 'shop', mode: 'live', deployment: null, version: 1, servers: [], endpoints };
        const drawn = { ...retired('shop').event, id: ids.event(), type: 'DoorsDrawn', data } as unknown as AnyNewEvent;
        await append(item({ 'doors/shop': 0, hosts: 1 }, [{ stream: 'doors/shop', event: drawn }, tagged('h1', [])]));
        const found = async (query: EventQuery): Promise<readonly number[]> => (await log.read(query)).map(({ position }) => position);
        expect(await found({ container })).toEqual([5]);
        expect(await found({ container: 'shop-web-1-abcdefgh' })).toEqual([]);
        expect(await found({ host: 'h1' })).toEqual([5, 6]);
        expect(await found({ host: 'h1', container })).toEqual([5]);
        expect(await found({ host: 'a', order: 'newest', limit: 1 })).toEqual([2]);
      });

      it('finds by who wished it, what began it and what led to it', async () => {
        const cause = (await all())[0]?.id ?? ids.event();
        const more = { actor: 'deployer', correlation: 'deployment', causation: cause };
        await append(item({ 'stack/c': 0 }, [{ stream: 'stack/c', event: { ...retired('c').event, ...more } as AnyNewEvent }]));
        const asked: readonly EventQuery[] = [
          { actor: 'deployer' },
          { correlation: 'deployment' },
          { causation: cause },
          { ...more, stack: 'c' },
        ];
        for (const query of asked) expect((await log.read(query)).map(({ position }) => position)).toEqual([5]);
        expect(await log.read({ ...more, stack: 'a' })).toEqual([]);
      });

      it('does not take a host for a stack of the same name', async () => {
        expect((await log.read({ stack: 'a' })).map(({ position }) => position)).toEqual([1, 3]);
      });

      it('gives a whole stream in its order', async () => {
        expect((await log.readStream('stack/a')).map(({ version }) => version)).toEqual([1, 2]);
      });

      it('gives 100 events unless told and never more than 1000', async () => {
        for (let n = 0; n < 11; n++)
          await append(
            item(
              { [`stack/many-${n}`]: 0 },
              Array.from({ length: 100 }, (_, i) => retired(`many-${n}`, i + 1)),
            ),
          );
        expect((await log.read({})).length).toBe(100);
        expect((await log.read({ limit: 5000 })).length).toBe(1000);
      });
    });

    describe('time', () => {
      it('never runs backwards along positions', async () => {
        opened.clock.advance(5000);
        await append(item({ 'stack/a': 0 }, [retired('a')]));
        opened.clock.jump(-4000);
        await append(item({ 'stack/b': 0 }, [retired('b')]));
        opened.clock.advance(6000);
        await append(item({ 'stack/c': 0 }, [retired('c')]));
        const [first = 0, second = 0, third = 0] = (await all()).map(({ at }) => at);
        expect([second - first, third - first]).toEqual([0, 2000]);
      });
    });

    describe('the chain', () => {
      it('is intact over all that was appended and ends in the head', async () => {
        for (let n = 0; n < 5; n++) await append(item({ 'stack/a': n }, [retired('a', n + 1)]));
        expect(await verifyChain(log)).toEqual({ status: 'intact', position: 5, hash: (await log.head()).hash });
      });
    });

    describe('waking', () => {
      it('tells every listener here of an append, until it stops listening', async () => {
        let heard = 0;
        const stops = [log.onAppended(() => heard++), log.onAppended(() => heard++)];
        await append(item({ 'stack/a': 0 }, [retired('a')]));
        expect(heard).toBe(2);
        for (const stop of stops) stop();
        await append(item({ 'stack/a': 1 }, [retired('a', 2)]));
        expect(heard).toBe(2);
      });

      it('says nothing of an append that was not accepted', async () => {
        let heard = 0;
        log.onAppended(() => heard++);
        await append(item({ 'stack/a': 1 }, [retired('a')]));
        expect(heard).toBe(0);
      });

      it('reaches another program', async () => {
        const heard = Promise.withResolvers<void>();
        opened.other.onAppended(heard.resolve);
        await append(item({ 'stack/a': 0 }, [retired('a')]));
        await heard.promise;
        expect((await opened.other.read({})).length).toBe(1);
      });
    });

    describe('several writers at once', () => {
      it('share one gapless order that a tailing reader sees whole', async () => {
        const EACH = 30;
        const write = async (through: EventLog, stack: string): Promise<void> => {
          for (let n = 0; n < EACH; n++) await through.append([item({ [`stack/${stack}`]: n }, [retired(stack, n + 1)])]);
        };
        const stacks = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
        const writing = Promise.all(stacks.map((stack, i) => write(i % 2 ? log : opened.other, stack)));
        const seen: BerthEvent[] = [];
        let wake = Promise.withResolvers<void>();
        log.onAppended(() => wake.resolve());
        while (seen.length < stacks.length * EACH) {
          wake = Promise.withResolvers();
          const page = await log.read({ after: seen.at(-1)?.position ?? 0, limit: 7 });
          seen.push(...page);
          if (page.length === 0) await wake.promise;
        }
        await writing;
        expect(seen.map(({ position }) => position)).toEqual(seen.map((_, i) => i + 1));
        expect(await log.read({ limit: 1000 })).toEqual(seen);
        expectGaplessLanes(seen);
        expect((await verifyChain(log)).status).toBe('intact');
      });

      it('append to one stream version only once', async () => {
        const tries = [log, opened.other, log, opened.other].map((through) => through.append([item({ 'stack/a': 0 }, [retired('a')])]));
        const statuses = (await Promise.all(tries)).map(([result]) => result?.status);
        expect(statuses.toSorted()).toEqual(['appended', 'conflict', 'conflict', 'conflict']);
      });
    });
  });
};

const expectGaplessLanes = (events: readonly BerthEvent[]): void => {
  const counts = new Map<number, number>();
  for (const { lane, laneNo, data } of events) {
    expect(lane).toBe(laneOf(subjectOf(data)));
    expect(laneNo).toBe((counts.get(lane) ?? 0) + 1);
    counts.set(lane, laneNo);
  }
};
