import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import { retiresOnce, Stage } from './stage.ts';

const SHOP = 'shop' as StackName;

/** Can't decide for one stack until it is mended. */
const poisoned = (): { readonly due: typeof retiresOnce; mend(): void } => {
  let isPoison = true;
  const due = (world: World, stack: StackName) => {
    if (isPoison && stack === SHOP) throw new Error('no such thing');
    return retiresOnce(world, stack);
  };
  return {
    due,
    mend: () => {
      isPoison = false;
    },
  };
};

const retired = async (stage: Stage): Promise<readonly unknown[]> =>
  (await stage.all('VersionRetired')).map(({ data }) => 'stack' in data && data.stack);

describe('a stack that can not be decided', () => {
  it('is parked alone, with the error and the event', async () => {
    const stage = new Stage();
    await stage.deploying('shop', 'blog', 'wiki');
    const reactor = await stage.reactor(poisoned().due);
    await stage.feed(reactor);
    expect(await retired(stage)).toEqual(['blog', 'wiki']);
    const last = (await stage.log.read({ stack: 'shop' })).findLast(({ type }) => type !== 'StackParked');
    expect(await stage.all('StackParked')).toMatchObject([
      {
        stream: 'reactions/test/shop',
        data: { stack: 'shop', consumer: 'test', event: last?.id, error: expect.stringContaining('no such thing') },
      },
    ]);
    expect(reactor.remarks).toEqual(['1 parked (berth parks): shop']);
    expect(reactor.hindrance).toBeNull();
  });

  it('is parked once, whatever else happens, in every replica', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const { due } = poisoned();
    const replicas = [await stage.reactor(due), await stage.reactor(due)];
    for (const host of ['one', 'two']) await stage.happens('hosts', 'HostTagged', { host: host as never, tags: [] });
    await stage.feed(...replicas);
    for (let look = 0; look < 4; look++) await stage.pass(5000);
    expect(await stage.all('StackParked')).toHaveLength(1);
  });

  it('is parked still after a restart, though it could be decided by now', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const poison = poisoned();
    const first = await stage.reactor(poison.due);
    await stage.feed(first);
    await first.stop();
    poison.mend();
    await stage.reactor(poison.due);
    expect(await retired(stage)).toEqual([]);
  });

  it('is decided at once when it is unparked', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const poison = poisoned();
    const reactor = await stage.reactor(poison.due);
    await stage.feed(reactor);
    poison.mend();
    await stage.happens('requests/shop', 'UnparkRequested', { stack: SHOP, consumer: 'test' });
    await stage.feed(reactor);
    expect(await retired(stage)).toEqual(['shop']);
    expect(reactor.remarks).toEqual([]);
  });

  it('is parked again by the same event when nothing was mended', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const reactor = await stage.reactor(poisoned().due);
    await stage.feed(reactor);
    await stage.happens('requests/shop', 'UnparkRequested', { stack: SHOP, consumer: 'test' });
    await stage.feed(reactor);
    const [first, second] = await stage.all('StackParked');
    expect(second?.data).toEqual(first?.data);
  });

  it('goes on for the other services', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const reactor = await stage.reactor(poisoned().due);
    const other = await stage.reactor(retiresOnce, { consumer: 'other' });
    await stage.feed(reactor, other);
    expect(await retired(stage)).toEqual(['shop']);
  });
});

describe('a decision that no log would take', () => {
  it('parks its stack with the reason', async () => {
    const stage = new Stage();
    await stage.deploying('shop', 'blog');
    const reactor = await stage.reactor((world, stack) => {
      const [decision] = retiresOnce(world, stack);
      const event = { stream: `stack/${stack}`, type: 'VersionRetired', data: { stack, version: -1 } } as const;
      return decision && stack === SHOP ? [{ ...decision, events: [event] }] : retiresOnce(world, stack);
    });
    await stage.feed(reactor);
    expect(await retired(stage)).toEqual(['blog']);
    expect(await stage.all('StackParked')).toMatchObject([{ data: { error: expect.stringContaining('version') } }]);
  });
});

describe('a stack that loses every race', () => {
  it('is told of after 20 in a row, pauses, and goes on when the others are done', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const rival = { isBusy: true };
    const append = stage.log.append.bind(stage.log);
    stage.log.append = async (items) => {
      const isOurs = items[0]?.events.some(({ event }) => event.type === 'VersionRetired');
      if (isOurs && rival.isBusy)
        await stage.happens('stack/shop', 'VersionPromoted', { stack: SHOP, deployment: 'a'.repeat(16), version: 9, draft: null } as never);
      return append(items);
    };
    const reactor = await stage.reactor(retiresOnce);
    for (let race = 0; race < 25; race++) await reactor.take(await stage.log.read({ after: reactor.world.position }));
    expect(await stage.all('DecisionStalled')).toMatchObject([
      { data: { stack: 'shop', consumer: 'test', attempts: 20, streams: ['stack/shop'] } },
    ]);
    rival.isBusy = false;
    await stage.feed(reactor);
    await stage.pass(2000);
    expect(await retired(stage)).toEqual(['shop']);
  });
});
