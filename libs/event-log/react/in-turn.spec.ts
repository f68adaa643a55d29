import { describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { versionsOf, type World } from '#libs/domain/stack';
import { History } from '#libs/testing/history';
import { MemoryEventLog } from '../memory/index.ts';
import { Reactor } from './reactor.ts';

/** Retires version 1 of every stack once, on one stream that all stacks share; that of the stack `later` after a minute. */
const oncePerStack = (world: World, stack: StackName, now: number): Decision[] => {
  if (world.stacks.get(stack)?.versions[1]?.status !== 'created') return [];
  const event = { stream: `stack/${stack}`, type: 'VersionRetired', data: { stack, version: 1 } } as const;
  const shared = { stream: 'fleet', type: 'PlacementReleased', data: { stack, container: 'c' as never, host: 'h' as never } } as const;
  const told = { expected: versionsOf(world, ['fleet', event.stream]), correlation: 'test', causation: null };
  return stack === 'later' && now < 60_000 ? [{ ...told, events: [], wakeAt: 60_000 }] : [{ ...told, events: [event, shared] }];
};

/** Counts how often something was read of it. */
class CountedLog extends MemoryEventLog {
  reads = 0;

  override read(...query: Parameters<MemoryEventLog['read']>): ReturnType<MemoryEventLog['read']> {
    this.reads += 1;
    return super.read(...query);
  }

  override readStream(...stream: Parameters<MemoryEventLog['readStream']>): ReturnType<MemoryEventLog['readStream']> {
    this.reads += 1;
    return super.readStream(...stream);
  }
}

class Stage {
  readonly clock = new ManualClock();
  readonly ids = new CountingIds();
  readonly log = new CountedLog(this.clock);
  readonly problems: unknown[] = [];

  async replica(): Promise<Reactor> {
    const { clock, ids, log } = this;
    const report = (...problem: unknown[]): void => void this.problems.push(problem);
    const reactor = new Reactor({ log, clock, ids, report, consumer: 'test', due: oncePerStack, acts: 'in turn' });
    await reactor.start();
    return reactor;
  }

  /** What the log then says anew. */
  async deploying(...stacks: readonly string[]): Promise<readonly BerthEvent[]> {
    const { position: after } = await this.log.head();
    for (const stack of stacks)
      for (const { stream, version, type, data } of new History().deploying(stack, 1, { web: {} }).events) {
        const event = { id: this.ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
        await this.log.append([{ incarnation: 1, expected: { [stream]: version - 1 }, events: [{ stream, event }] }]);
      }
    return this.news(after);
  }

  /** As a feed would bring it, uncounted. */
  async news(after: number): Promise<readonly BerthEvent[]> {
    const events = await this.log.read({ after });
    this.log.reads -= 1;
    return events;
  }

  async retired(): Promise<readonly string[]> {
    const events = (await this.news(0)).filter(({ type }) => type === 'VersionRetired');
    return events.flatMap(({ data }) => ('stack' in data ? data.stack : []));
  }

  /** Lets time pass, and everything that it wakes end. */
  async pass(ms: number, ...replicas: readonly Reactor[]): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
    for (const replica of replicas) {
      const news = await this.news(replica.world.position);
      if (news.length > 0) await replica.take(news);
    }
  }
}

/** Everything ended that needs no time. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

describe('a reactor that acts in turn', () => {
  it('folds what the feed brings and leaves the decision to whose turn it is', async () => {
    const stage = new Stage();
    const [one, other] = [await stage.replica(), await stage.replica()];
    const events = await stage.deploying('shop');
    await Promise.all([one.take(events), other.take(events)]);
    expect(await stage.retired()).toEqual([]);
    await one.act(events);
    expect(await stage.retired()).toEqual(['shop']);
    expect(other.world.position).toBe(events.at(-1)?.position);
  });

  it('never reads the log while feed and turns bring everything', async () => {
    const stage = new Stage();
    const [one, other] = [await stage.replica(), await stage.replica()];
    stage.log.reads = 0;
    for (const stack of ['shop', 'blog', 'wiki']) {
      const events = await stage.deploying(stack);
      const acted = one.act(events);
      await Promise.all([one.take(events), other.take(events), acted]);
      const own = await stage.news(one.world.position);
      await Promise.all([one.take(own), other.take(own)]);
    }
    expect(await stage.retired()).toEqual(['shop', 'blog', 'wiki']);
    expect(stage.log.reads).toBe(0);
  });

  it('reads the log for a turn when the feed brings nothing for 300 ms', async () => {
    const stage = new Stage();
    const one = await stage.replica();
    const events = await stage.deploying('shop');
    const acted = one.act(events);
    await stage.pass(299);
    expect(await stage.retired()).toEqual([]);
    await stage.pass(1);
    await acted;
    expect(await stage.retired()).toEqual(['shop']);
  });

  it('reads on when the feed says that something may be missing', async () => {
    const stage = new Stage();
    const one = await stage.replica();
    const events = await stage.deploying('shop');
    await one.take([]);
    expect(one.world.position).toBe(events.at(-1)?.position);
  });

  it('gives a turn back only after a decision that was beaten was made again', async () => {
    const stage = new Stage();
    const one = await stage.replica();
    const events = await stage.deploying('blog', 'shop');
    await one.take(events);
    const acted = one.act(events);
    await stage.pass(300);
    await acted;
    expect(await stage.retired()).toEqual(['blog', 'shop']);
  });

  it('hands a repeated turn back at once', async () => {
    const stage = new Stage();
    const one = await stage.replica();
    const events = await stage.deploying('shop');
    await one.take(events);
    await one.act(events);
    await one.take(await stage.news(one.world.position));
    await one.act(events);
    expect(await stage.retired()).toEqual(['shop']);
  });
});

describe('what nobody decides', () => {
  it('is decided within two looks where a turn was lost, once for all replicas', async () => {
    const stage = new Stage();
    const [one, other] = [await stage.replica(), await stage.replica()];
    const events = await stage.deploying('shop');
    await Promise.all([one.take(events), other.take(events)]);
    await stage.pass(5000, one, other);
    expect(await stage.retired()).toEqual([]);
    await stage.pass(5000, one, other);
    expect(await stage.retired()).toEqual(['shop']);
    for (let i = 0; i < 4; i++) await stage.pass(5000, one, other);
    expect(await stage.retired()).toEqual(['shop']);
    expect(stage.problems).toEqual([]);
  });

  it('is decided by another replica when the timer died with its owner', async () => {
    const stage = new Stage();
    const [owner, other] = [await stage.replica(), await stage.replica()];
    const events = await stage.deploying('later');
    await Promise.all([owner.take(events), other.take(events), owner.act(events)]);
    await owner.stop();
    for (let i = 0; i < 12; i++) await stage.pass(5000, other);
    expect(await stage.retired()).toEqual([]);
    await stage.pass(5000, other);
    expect(await stage.retired()).toEqual(['later']);
  });

  it('is left to the owner while its timer works', async () => {
    const stage = new Stage();
    const [owner, other] = [await stage.replica(), await stage.replica()];
    const events = await stage.deploying('later');
    await Promise.all([owner.take(events), other.take(events), owner.act(events)]);
    for (let i = 0; i < 12; i++) await stage.pass(5000, owner, other);
    expect(await stage.retired()).toEqual(['later']);
  });

  it('is found by the next look where the feed fell silent', async () => {
    const stage = new Stage();
    const one = await stage.replica();
    await stage.pass(5000);
    const events = await stage.deploying('shop');
    await stage.pass(5000);
    expect(one.world.position).toBe(events.at(-1)?.position);
  });
});
