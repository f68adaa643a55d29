import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContainerId, type Door, type HostId, type Manifest, type Server, type StackName, streams } from '#libs/contracts';
import { containerOf, deploymentOf, History } from '#libs/testing/history';
import { faultOf } from './claims.ts';
import { doorsDue } from './doors-due.ts';

const shop = 'shop' as StackName;
const blog = 'blog' as StackName;

interface Wish {
  readonly stack?: string;
  readonly version?: number;
  readonly doors?: readonly Door[];
  readonly replicas?: number;
}

const door = (port: number, names: string[] = [], protocol: Door['protocol'] = 'http', path = '/'): Door => ({
  port,
  protocol,
  names,
  path,
});

const containersOfWish = ({ stack = shop, version = 1, replicas = 2 }: Wish): readonly ContainerId[] =>
  Array.from({ length: replicas }, (_, index) => containerOf(stack, version, 'web', index + 1));

/** Up to the placement. */
const begin = (history: History, wish: Wish): History => {
  const { stack = shop, version = 1, doors = [door(8080)], replicas = 2 } = wish;
  const web = { replicas, ports: [{ container: 3000, doors: [...doors] }] };
  return history.deploying(stack, version, { web }).placed(stack, version, 'web', Array<string>(replicas).fill('main'));
};

const recover = (history: History, container: ContainerId, stack: string = shop): History =>
  history.started(stack, container).healthy(stack, container);

const fail = (history: History, container: ContainerId, stack: string = shop): History =>
  history.happened('host/main', 'ContainerFailed', {
    ...{ stack: stack as StackName, host: 'main' as HostId, container, run: 'r1' },
    ...{ reason: 'exited', exitCode: 1, oom: false, message: '', output: null },
  });

/** Up to a healthy container in every slot. */
const ready = (history: History, wish: Wish): History => {
  begin(history, wish);
  for (const container of containersOfWish(wish)) recover(history, container, wish.stack);
  return history;
};

const promote = (history: History, { stack = shop, version = 1 }: Wish): History =>
  history.promoted(stack, version, history.stack(stack).deployments[deploymentOf(stack, version)]?.draft ?? null);

const due = (history: History, stack: string = shop) => doorsDue(history.world, stack as StackName, 0);
const onlyEvent = (history: History, stack: string = shop) => due(history, stack)[0]?.events[0];
const settle = (history: History, stack: string = shop) => history.decided(due(history, stack).flatMap(({ events }) => events));

const served = (wish: Parameters<typeof ready>[1] = {}) => {
  const history = new History();
  ready(history, wish);
  settle(history, wish.stack);
  promote(history, wish);
  return history;
};

describe('a draft', () => {
  it('is drawn when all containers are healthy', () => {
    const history = new History();
    ready(history, { doors: [door(8080, ['b.test', 'a.test'])] });
    const data = onlyEvent(history)?.data;
    expect(data).toMatchObject({ mode: 'draft', version: 1, servers: [{ key: 'shop:8080:a.test', names: ['a.test', 'b.test'] }] });
    expect(data).toHaveProperty(['endpoints', 'shop:8080:a.test', 'length'], 2);
  });

  it('waits for the last container', () => {
    const history = new History();
    begin(history, {});
    recover(history, containersOfWish({})[0] as never);
    expect(due(history)).toEqual([]);
  });

  it('is not drawn for a version without doors', () => {
    const history = new History();
    ready(history, { doors: [] });
    expect(due(history)).toEqual([]);
  });

  it('stands on its own streams and carries the deployment', () => {
    const history = new History();
    ready(history, {});
    const [decision] = due(history);
    expect(decision?.expected).toEqual({ [streams.doors(shop)]: 0, [streams.stack(shop)]: 2 });
    expect(decision?.correlation).toBe(deploymentOf(shop, 1));
    expect(decision?.causation).toBe(history.stack(shop).last?.id);
  });

  it('is drawn again for a container that came back at another address', () => {
    const history = new History();
    ready(history, {});
    settle(history);
    const [first] = containersOfWish({}) as [ContainerId];
    fail(history, first);
    expect(due(history)).toEqual([]);
    history.started(shop, first, { run: 'r2', address: '10.64.0.9' }).healthy(shop, first, 'r2');
    expect(onlyEvent(history)).toMatchObject({ data: { mode: 'draft', endpoints: { 'shop:8080:_': [{ address: '10.64.0.9' }, {}] } } });
    settle(history);
    expect(Object.keys(history.stack(shop).drafts)).toEqual([history.stack(shop).deployments[deploymentOf(shop, 1)]?.draft]);
  });

  it('leaves what serves alone until its promotion', () => {
    const history = served();
    const before = history.stack(shop).doors;
    ready(history, { version: 2 });
    settle(history);
    expect(history.stack(shop).doors).toBe(before);
    promote(history, { version: 2 });
    expect(history.stack(shop).doors?.endpoints['shop:8080:_']?.map((e) => e.container)).toEqual(containersOfWish({ version: 2 }));
  });
});

describe('a refusal', () => {
  it('names the stack that has the door', () => {
    const history = served();
    ready(history, { stack: blog });
    expect(onlyEvent(history, blog)).toMatchObject({ type: 'DoorsRefused', data: { reason: 'stack shop has port 8080 for every name' } });
  });

  it('counts a draft of another stack as its door', () => {
    const history = new History();
    ready(history, { doors: [door(80, ['a.test', 'b.test'])] });
    settle(history);
    ready(history, { stack: blog, doors: [door(80, ['b.test'])] });
    expect(onlyEvent(history, blog)).toMatchObject({ data: { reason: 'stack shop has port 80 for the name b.test' } });
  });

  it('does not stop two stacks with names of their own on one port', () => {
    const history = served({ doors: [door(80, ['a.test'])] });
    ready(history, { stack: blog, doors: [door(80, ['b.test'])] });
    expect(onlyEvent(history, blog)).toMatchObject({ type: 'DoorsDrawn' });
  });

  it('does not stop two stacks with paths of their own under one name', () => {
    const history = served({ doors: [door(80, ['a.test'])] });
    ready(history, { stack: blog, doors: [door(80, ['a.test'], 'http', '/blog')] });
    expect(onlyEvent(history, blog)).toMatchObject({
      type: 'DoorsDrawn',
      data: { servers: [{ key: 'blog:80:a.test/blog', path: '/blog' }] },
    });
  });

  it('names the path that two stacks want', () => {
    const history = served({ doors: [door(80, [], 'http', '/blog')] });
    ready(history, { stack: blog, doors: [door(80, [], 'http', '/blog')] });
    expect(onlyEvent(history, blog)).toMatchObject({ data: { reason: 'stack shop has port 80 for every name under /blog' } });
  });

  it('says that a path is none', () => {
    const history = served();
    const version = history.stack(shop).versions[1];
    const manifest = structuredClone(version?.manifest) as Manifest;
    expect(faultOf(manifest, [{ ...(history.stack(shop).doors?.servers[0] as Server), path: '/a; }' }])?.reason).toBe(
      '"/a; }" is not a path',
    );
  });

  it.each(['a; } server {', '$hostname', 'a b', '10.0.0.1', 'a.test.', 'A.test', '*', '~^a', '"', '', 'a'.repeat(64)])(
    'says that %j is no name',
    (name) => {
      const history = new History();
      ready(history, { doors: [door(80, [name])] });
      expect(onlyEvent(history)).toMatchObject({ type: 'DoorsRefused', data: { reason: expect.stringContaining('is not a server name') } });
    },
  );

  it('says that one version asks for a door twice', () => {
    const history = new History();
    ready(history, { doors: [door(80, ['a.test']), door(80, ['b.test', 'a.test'])] });
    expect(onlyEvent(history)).toMatchObject({ data: { reason: 'services web and web both ask for port 80 for the name a.test' } });
  });

  it('meets a door with https alone', () => {
    const history = new History();
    ready(history, { doors: [door(443, [], 'https')] });
    expect(onlyEvent(history)).toMatchObject({ type: 'DoorsRefused', data: { reason: expect.stringContaining('https alone') } });
  });

  it('is said once', () => {
    const history = served();
    ready(history, { stack: blog });
    settle(history, blog);
    expect(due(history, blog)).toEqual([]);
  });

  it('stands on the doors of a stack that may ask for the same port', () => {
    const history = new History();
    begin(history, { stack: blog });
    ready(history, {});
    expect(due(history)[0]?.expected).toHaveProperty(['doors/blog'], 0);
  });
});

describe('live doors', () => {
  it('lose a container that failed and get it again', () => {
    const history = served();
    const [first, second] = containersOfWish({}) as [never, never];
    fail(history, first);
    expect(onlyEvent(history)).toMatchObject({ data: { mode: 'live', endpoints: { 'shop:8080:_': [{ container: second }] } } });
    settle(history);
    recover(history, first);
    settle(history);
    expect(history.stack(shop).doors?.endpoints['shop:8080:_']).toHaveLength(2);
  });

  it('are empty when no container is left', () => {
    const history = served();
    for (const container of containersOfWish({})) fail(history, container);
    settle(history);
    expect(history.stack(shop).doors?.endpoints).toEqual({ 'shop:8080:_': [] });
  });

  it('do not change when containers of another version do', () => {
    const history = served();
    ready(history, { version: 2 });
    settle(history);
    promote(history, { version: 2 });
    fail(history, containersOfWish({ version: 1 })[0] as never);
    expect(due(history)).toEqual([]);
  });
});

type Step = { readonly kind: 'healthy' | 'fail' | 'promote' | 'settle'; readonly stack: StackName; readonly pick: number };

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('healthy', 'fail', 'promote', 'settle'),
  stack: fc.constantFrom(shop, blog),
  pick: fc.nat(2),
});

const run = (steps: readonly Step[]): History => {
  const history = new History();
  for (const stack of [shop, blog]) begin(history, { stack, replicas: 3, doors: [door(80, [`${stack}.test`])] });
  for (const { kind, stack, pick } of steps) {
    const container = containersOfWish({ stack, replicas: 3 })[pick] as never;
    if (kind === 'healthy') recover(history, container, stack);
    if (kind === 'fail') fail(history, container, stack);
    if (kind === 'settle') settle(history, stack);
    if (kind === 'promote' && Object.keys(history.stack(stack).drafts).length > 0) promote(history, { stack });
  }
  return history;
};

describe('a decision', () => {
  it('is silent once its events are folded', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const history = run(steps);
        for (const stack of [shop, blog]) {
          settle(history, stack);
          expect(due(history, stack)).toEqual([]);
        }
      }),
    );
  });

  it('never leaves a container in live doors that is not in service', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const history = run(steps);
        settle(history);
        const state = history.stack(shop);
        const named = Object.values(state.doors?.endpoints ?? {}).flatMap((list) => list.map((endpoint) => endpoint.container));
        expect(named.filter((container) => state.containers.get(container)?.status !== 'healthy')).toEqual([]);
      }),
    );
  });

  it('is the same when it is made again', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), (steps) => {
        expect(due(run(steps))).toEqual(due(run(steps)));
      }),
    );
  });
});
