import { describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { versionsOf, type World } from '#libs/domain/stack';
import { History } from '#libs/testing/history';
import { MemoryEventLog } from '../memory/index.ts';
import { Reactor } from './reactor.ts';

/** Lets every stack retire its version 1 once, on one stream that all stacks share. */
const oncePerStack = (world: World, stack: StackName): Decision[] => {
  if (world.stacks.get(stack)?.versions[1]?.status === 'retired') return [];
  const event = { stream: `stack/${stack}`, type: 'VersionRetired', data: { stack, version: 1 } } as const;
  const shared = { stream: 'fleet', type: 'PlacementReleased', data: { stack, container: 'c' as never, host: 'h' as never } } as const;
  return [{ events: [event, shared], expected: versionsOf(world, ['fleet', event.stream]), correlation: 'test', causation: null }];
};

const stage = async ({ decidingTakes = 0 } = {}) => {
  const clock = new ManualClock();
  const ids = new CountingIds();
  const log = new MemoryEventLog(clock);
  const tell = async ({ events }: History): Promise<void> => {
    for (const { stream, type, data } of events) {
      const event = { id: ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      const version = (await log.readStream(stream)).length;
      await log.append([{ incarnation: 1, expected: { [stream]: version }, events: [{ stream, event }] }]);
    }
  };
  await tell(new History().deploying('blog', 1, { web: {} }).deploying('shop', 1, { web: {} }));
  const due: typeof oncePerStack = (...asked) => {
    clock.advance(decidingTakes);
    return oncePerStack(...asked);
  };
  const reactor = new Reactor({ log, clock, ids, consumer: 'test', due, report: () => undefined });
  const onFleet = async () => (await log.readStream('fleet')).map(({ data }) => 'stack' in data && data.stack);
  return { log, clock, reactor, tell, onFleet };
};

describe('Reactor', () => {
  it('knows what it appended for one stack when it decides for the next, so that none loses to itself', async () => {
    const { reactor, onFleet } = await stage();
    await reactor.start();
    expect(await onFleet()).toEqual(['blog', 'shop']);
  });

  it('decides a stack again when it lost to another one, though nothing that concerns it was folded', async () => {
    const { log, reactor, tell, onFleet } = await stage();
    await reactor.start();
    await reactor.take(await log.read({ after: reactor.world.position }));
    await tell(new History().deploying('wiki', 1, { web: {} }));
    const news = await log.read({ after: reactor.world.position });
    await tell(
      new History().happened('fleet', 'PlacementReleased', { stack: 'blog' as never, container: 'c' as never, host: 'h' as never }),
    );
    await reactor.take(news);
    expect(await onFleet()).toEqual(['blog', 'shop', 'blog']);
    await reactor.take(await log.read({ after: reactor.world.position }));
    expect(await onFleet()).toEqual(['blog', 'shop', 'blog', 'wiki']);
  });

  it('lets others have their turn while there is much to decide', async () => {
    const { log, clock, reactor, tell } = await stage({ decidingTakes: 60 });
    await tell(new History().deploying('wiki', 1, { web: {} }));
    const starting = reactor.start();
    await reactor.caughtUpTo(0);
    // Two were decided.
    expect(clock.monotonic()).toBe(120);
    await starting;
    await reactor.caughtUpTo(0);
    expect(await log.read({ type: 'VersionRetired' })).toHaveLength(3);
  });

  it('reads on to a position by itself, and meets the copy from the feed as known', async () => {
    const { log, reactor } = await stage();
    await reactor.start();
    const news = await log.read({ after: reactor.world.position });
    await reactor.caughtUpTo(news.at(-1)?.position ?? 0);
    const { world } = reactor;
    expect(world.position).toBe(news.at(-1)?.position);
    await reactor.take(news);
    expect(reactor.world).toBe(world);
  });
});
