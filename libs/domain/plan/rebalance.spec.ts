import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { isMeantFor } from '#libs/domain/placement';
import { containersOf, isInService, stackOf, type World, worldText } from '#libs/domain/stack';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { Fork } from './fork.ts';
import type { Move } from './moves.ts';
import { playOn } from './play.ts';
import { rebalance } from './rebalance.ts';
import { spreadOf, subjectsOf } from './spread.ts';

const GIB = 2 ** 30;
/** Serves in version 1, a container on each of these hosts. */
const serving = (
  history: History,
  stack: string,
  services: Record<string, readonly [hosts: readonly string[], wish?: ServiceWish]>,
): History => {
  const wishes = Object.fromEntries(Object.entries(services).map(([name, [hosts, wish]]) => [name, { replicas: hosts.length, ...wish }]));
  history.deploying(stack, 1, wishes);
  for (const [name, [hosts]] of Object.entries(services)) {
    history.placed(stack, 1, name, hosts);
    for (const [index] of hosts.entries()) {
      const container = containerOf(stack, 1, name, index + 1);
      history.started(stack, container).healthy(stack, container);
    }
  }
  return history.promoted(stack, 1);
};
const fleet = (...hosts: readonly string[]): History =>
  hosts.reduce((history, host) => history.joined(host).connected(host), new History());
const said = (world: World, most = 10) =>
  rebalance(world, { most }, 1000).moves.map(({ service, from, to }) => `${service} ${from} → ${to}`);

/** What becomes of a world in which somebody asked for these moves. */
const done = (world: World, moves: readonly Move[]): World => {
  const fork = new Fork(world, 1000);
  for (const [stack, own] of Map.groupBy(moves, (move) => move.stack)) {
    const asked = own.map(({ container, to }) => ({ container, host: to }));
    fork.tell([{ stream: `requests/${stack}`, type: 'MovesRequested', data: { stack, moves: asked } }]);
  }
  playOn(fork, world.stacks.keys());
  return fork.world;
};

describe('rebalancing', () => {
  it('moves containers to a host that joined, until no move helps', () => {
    const { world } = serving(fleet('h1', 'h2', 'h3'), 'shop', { web: [['h1', 'h1', 'h1', 'h2', 'h2', 'h2']] });
    const { moves, before, after } = rebalance(world, { most: 10 }, 1000);
    expect(moves.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['h1', 'h3', 'h1 has 3 of web, h3 0'],
      ['h2', 'h3', 'h2 has 3 of web, h3 1'],
    ]);
    expect([before.services[0]?.spread, after.services[0]?.spread, before.hosts, after.hosts]).toEqual([3, 0, 3, 0]);
  });

  it('comes about as it was said, each container once its replacement is healthy', () => {
    const { world } = serving(fleet('h1', 'h2', 'h3'), 'shop', { web: [['h1', 'h1', 'h1', 'h2', 'h2', 'h2']], api: [['h1', 'h1']] });
    const { moves, after } = rebalance(world, { most: 10 }, 1000);
    const then = done(world, moves);
    expect(spreadOf(then, then.stacks.values())).toEqual(after);
    expect(containersOf(stackOf(then, 'shop' as StackName)).filter(isInService)).toHaveLength(8);
  });

  it('makes no more moves than it may, and begins with the one that helps most', () => {
    const { world } = serving(fleet('h1', 'h2'), 'shop', { api: [['h1', 'h1']], web: [['h1', 'h1', 'h1', 'h1']] });
    expect(said(world, 1)).toEqual(['web h1 → h2']);
  });

  it('evens out hosts where services are even already', () => {
    const { world } = serving(fleet('h1', 'h2'), 'shop', { api: [['h1']], db: [['h1']], web: [['h1']] });
    expect(said(world)).toEqual(['api h1 → h2']);
  });

  it.each<[string, ServiceWish]>([
    ['no tags for it', { tags: ['gpu'] }],
    ['no room for it', { resources: { milliCpus: null, memoryBytes: 9 * GIB } }],
    ['no right to a second one of it', { singleWriter: true }],
    ['its data elsewhere', { mounts: [{ volume: 'data', target: '/data', readOnly: false }] }],
  ])('leaves a container where it is when the other host has %s', (_, wish) => {
    const history = new History()
      .joined('h1', { tags: ['gpu'], capacity: { milliCpus: 4000, memoryBytes: 64 * GIB } })
      .connected('h1')
      .joined('h2');
    const { world } = serving(history, 'shop', { web: [['h1', 'h1'], wish] });
    const pinned = { ...world, stacks: world.stacks.set('shop' as StackName, withVolume(world)) };
    expect(said(wish.mounts ? pinned : world)).toEqual([]);
  });

  it('leaves a stack alone that is being deployed or moved', () => {
    const history = serving(fleet('h1', 'h2'), 'shop', { web: [['h1', 'h1']] });
    expect(said(history.world)).toHaveLength(1);
    const asked = { stack: 'shop' as StackName, moves: [{ container: containerOf('shop', 1, 'web', 2), host: 'h2' as never }] };
    expect(said(history.happened('requests/shop', 'MovesRequested', asked).world)).toEqual([]);
  });

  it('evens out regions before hosts', () => {
    const history = new History()
      .joined('h1', { tags: ['region:eu'] })
      .connected('h1')
      .joined('h2', { tags: ['region:eu'] })
      .joined('h3', { tags: ['region:us'] });
    const { world } = serving(history, 'shop', { web: [['h1', 'h2', 'h1'], { spread: 'region' }] });
    expect(said(world)).toEqual(['web h1 → h3']);
  });

  it('never makes a service less even, moves nothing twice, fits, and ends; asked again the same', () => {
    const hosts = ['h1', 'h2', 'h3', 'h4'];
    const service = fc.record({
      on: fc.array(fc.constantFrom(...hosts), { minLength: 1, maxLength: 6 }),
      tags: fc.constantFrom<string[]>([], ['a']),
      strategy: fc.constantFrom('HIGH_AVAILABILITY' as const, 'EMPTIEST_NODE' as const),
      memoryBytes: fc.constantFrom(null, GIB, 3 * GIB),
    });
    fc.assert(
      fc.property(fc.array(service, { minLength: 1, maxLength: 4 }), fc.subarray(hosts), fc.nat({ max: 12 }), (services, tagged, most) => {
        const history = hosts.reduce(
          (all, host) => all.joined(host, { tags: tagged.includes(host) ? ['a'] : [] }).connected(host),
          new History(),
        );
        for (const [index, { on, tags, strategy, memoryBytes }] of services.entries())
          serving(history, `s${index}`, { web: [on, { tags, strategy, resources: { milliCpus: null, memoryBytes } }] });
        const { world } = history;
        const before = worldText(world);
        const result = rebalance(world, { most }, 1000);
        expect(result.moves.length).toBeLessThanOrEqual(most);
        expect(new Set(result.moves.map(({ container }) => container)).size).toBe(result.moves.length);
        for (const [index, { spread, stack }] of result.after.services.entries())
          if (services[Number(stack.slice(1))]?.strategy === 'HIGH_AVAILABILITY')
            expect(spread).toBeLessThanOrEqual(result.before.services[index]?.spread ?? 0);
        for (const { stack, to } of result.moves) {
          const [subject] = subjectsOf(stackOf(world, stack));
          expect(subject && isMeantFor(world.hosts.get(to) as never, subject)).toBe(true);
        }
        expect([rebalance(world, { most }, 1000), worldText(world)]).toEqual([result, before]);
      }),
      { numRuns: 200 },
    );
  });
});

const withVolume = (world: World) => {
  const state = stackOf(world, 'shop' as StackName);
  const version = state.versions[1];
  const manifest = version && { ...version.manifest, volumes: { data: { isExternal: false } } };
  return { ...state, versions: { 1: { ...version, manifest } as NonNullable<typeof version> } };
};
