import { afterEach, describe, expect, it } from 'vitest';
import { EventPublisher, type Outgoing } from '#libs/bus';
import { CountingIds, ManualClock } from '#libs/clock';
import { type AnyNewEvent, Transient } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { MemoryEventLog } from '../memory/index.ts';
import { Leases } from './leases.ts';
import { MemoryLeases } from './memory-leases.ts';
import { type Relay, startRelay } from './relay.ts';

/** Notes what it was given; what becomes of it the test says. */
class Post extends EventPublisher {
  readonly positions: number[] = [];
  confirms: () => Promise<void> = async () => undefined;

  async publish(events: readonly Outgoing[]): Promise<void> {
    await this.confirms();
    this.positions.push(...events.map(({ position }) => position));
  }
}

/** The leases as a process sees them that can be frozen: what it asks then is not answered before it thaws. */
class SlowLeases extends Leases {
  answers: () => Promise<void> = async () => undefined;
  readonly #leases: Leases;

  constructor(leases: Leases) {
    super();
    this.#leases = leases;
  }

  async hold(name: string, owner: string, forMs: number): Promise<number | null> {
    await this.answers();
    return this.#leases.hold(name, owner, forMs);
  }

  held(prefix: string): Promise<readonly string[]> {
    return this.#leases.held(prefix);
  }

  forget(prefix: string): Promise<void> {
    return this.#leases.forget(prefix);
  }

  release(name: string, owner: string): Promise<void> {
    return this.#leases.release(name, owner);
  }
}

class Stage {
  readonly clock = new ManualClock();
  readonly ids = new CountingIds();
  readonly log = new MemoryEventLog(this.clock);
  readonly leases = new MemoryLeases(this.clock);
  readonly problems: string[] = [];
  readonly #relays: Relay[] = [];
  #stacks = 0;

  async relay(publisher: Post, leases: Leases = this.leases): Promise<Relay> {
    const report = (problem: string): void => void this.problems.push(problem);
    const { log, clock, ids } = this;
    const relay = startRelay({ log, leases, publisher, clock, ids, report });
    this.#relays.push(relay);
    await settled();
    return relay;
  }

  /** Appends two events. */
  async append(): Promise<void> {
    for (const { stream, version, type, data } of new History().deploying(`shop${++this.#stacks}`, 1, { web: {} }).events) {
      const event = { id: this.ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      await this.log.append([{ incarnation: 1, expected: { [stream]: version - 1 }, events: [{ stream, event }] }]);
    }
    await settled();
  }

  /** In steps, so that what is woken by one has ended before the next. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      this.clock.advance(250);
      await settled();
    }
  }

  checkpoint(): Promise<number> {
    return this.log.checkpoint('relay', 0);
  }

  async close(): Promise<void> {
    for (const relay of this.#relays) {
      const closed = relay.close();
      await this.pass(2000);
      await closed;
    }
  }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 200; i++) await Promise.resolve();
};

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1);

describe('relay', () => {
  let stage = new Stage();
  afterEach(async () => {
    await stage.close();
    stage = new Stage();
  });

  it('publishes what was there and what comes, in the order of the log, and notes how far', async () => {
    const post = new Post();
    await stage.append();
    const relay = await stage.relay(post);
    await stage.append();
    const { position } = await stage.log.head();
    expect(post.positions).toEqual(upTo(position));
    expect(await relay.lag()).toEqual({ events: 0, oldestMs: 0 });
  });

  it('is active in one of two, and the other takes over at once when that one ends', async () => {
    const [first, second] = [new Post(), new Post()];
    const relay = await stage.relay(first);
    await stage.relay(second);
    await stage.append();
    await stage.pass(20_000);
    expect(second.positions).toEqual([]);
    await relay.close();
    await stage.append();
    await stage.pass(500);
    expect([...first.positions, ...second.positions]).toEqual(upTo((await stage.log.head()).position));
  });

  it('is taken over in under 2 s when its owner froze, whose checkpoint then counts no more', async () => {
    const [frozen, other] = [new Post(), new Post()];
    const leases = new SlowLeases(stage.leases);
    const thaw = Promise.withResolvers<void>();
    await stage.relay(frozen, leases);
    await stage.relay(other);
    leases.answers = frozen.confirms = () => thaw.promise;
    await stage.append();
    await stage.pass(1000);
    expect(other.positions).toEqual([]);
    await stage.pass(750);
    expect(other.positions).toEqual(upTo(2));
    const checkpoint = await stage.checkpoint();
    thaw.resolve();
    await settled();
    expect(await stage.checkpoint()).toBe(checkpoint);
    await stage.append();
    await stage.pass(5000);
    expect(frozen.positions).toEqual(upTo(2));
    expect(other.positions).toEqual(upTo((await stage.log.head()).position));
  });

  it('keeps the lease while the broker takes its time', async () => {
    const [slow, standby] = [new Post(), new Post()];
    const confirm = Promise.withResolvers<void>();
    await stage.relay(slow);
    await stage.relay(standby);
    slow.confirms = () => confirm.promise;
    await stage.append();
    await stage.pass(20_000);
    confirm.resolve();
    await stage.pass(250);
    expect([slow.positions, standby.positions]).toEqual([upTo(2), []]);
    expect(await stage.checkpoint()).toBe(2);
  });

  it('repeats what was published when it died before it noted that, and skips nothing', async () => {
    const [dying, next] = [new Post(), new Post()];
    const leases = new SlowLeases(stage.leases);
    await stage.relay(dying, leases);
    const given: number[] = [];
    dying.publish = async (events) => {
      given.push(...events.map(({ position }) => position));
      await new Promise(() => undefined);
    };
    leases.answers = () => new Promise(() => undefined);
    await stage.append();
    expect(given).toEqual(upTo(2));
    expect(await stage.checkpoint()).toBe(0);
    await stage.relay(next);
    await stage.pass(2000);
    expect(next.positions).toEqual(upTo(2));
  });

  it('says how many events wait, and how long the oldest does', async () => {
    const post = new Post();
    const relay = await stage.relay(post);
    post.confirms = () => new Promise(() => undefined);
    await stage.append();
    await stage.pass(3000);
    await stage.append();
    expect(await relay.lag()).toEqual({ events: 4, oldestMs: 3000 });
  });

  it('waits for a broker that is away, says so once, and goes on where it was', async () => {
    const post = new Post();
    await stage.relay(post);
    post.confirms = () => Promise.reject(new Transient('publish: the broker is away'));
    await stage.append();
    await stage.pass(5000);
    expect(stage.problems).toEqual(['publish the log']);
    post.confirms = async () => undefined;
    await stage.pass(500);
    expect(post.positions).toEqual(upTo(2));
  });

  it('finds by itself what nobody told it of', async () => {
    const post = new Post();
    stage.log.onAppended = () => () => undefined;
    await stage.relay(post);
    await stage.append();
    expect(post.positions).toEqual([]);
    await stage.pass(250);
    expect(post.positions).toEqual(upTo(2));
  });
});
