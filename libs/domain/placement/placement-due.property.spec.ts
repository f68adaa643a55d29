import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { History } from '#libs/testing/history';
import type { Decision } from '../decision.ts';
import { containersOf, type World } from '../stack/index.ts';
import { placementDue } from './placement-due.ts';

const TAGS = ['gpu', 'ssd', 'eu'];
const tags = fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 });
const host = fc.record({ tags, milliCpus: fc.integer({ min: 500, max: 4000 }), memoryBytes: fc.integer({ min: 100, max: 1000 }) });
const amount = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: null });
const service = fc.record({
  replicas: fc.integer({ min: 0, max: 5 }),
  tags,
  resources: fc.record({ milliCpus: amount(1500), memoryBytes: amount(400) }),
});
const services = fc.dictionary(fc.constantFrom('api', 'db', 'web'), service, { minKeys: 1, noNullPrototype: true });
const fleet = fc.record({
  hosts: fc.array(host, { maxLength: 4 }),
  /** Stacks in the order in which they are deployed, some of them again and again. */
  deployments: fc.array(fc.record({ stack: fc.constantFrom('blog', 'shop'), services, ends: fc.constantFrom('promoted', 'failed') }), {
    minLength: 1,
    maxLength: 5,
  }),
});
type Fleet = typeof fleet extends fc.Arbitrary<infer T> ? T : never;

const due = (world: World, stack: string): Decision[] => placementDue(world, stack as StackName, 0);

/** Plays the deployments one after the other and shows each decision with the world that it was made in. */
const play = ({ hosts, deployments }: Fleet, see: (world: World, stack: string, decision: Decision, after: World) => void): History => {
  const history = new History();
  for (const [index, { tags, ...capacity }] of hosts.entries()) history.joined(`h${index}`, { tags, capacity });
  for (const [index, { stack, services, ends }] of deployments.entries()) {
    history.deploying(stack, index + 1, services);
    for (const decision of due(history.world, stack)) {
      const before = history.world;
      history.decided(decision.events);
      see(before, stack, decision, history.world);
    }
    const isPlaced = Object.values(history.stack(stack).deployments).every(({ status, placed }) => {
      return status !== 'running' || Object.keys(services).every((name) => placed[name] === 'placed');
    });
    if (isPlaced && ends === 'promoted') history.promoted(stack, index + 1);
    else history.failed(stack, index + 1);
  }
  return history;
};

const usedOn = (world: World, host: string) => {
  const used = { milliCpus: 0, memoryBytes: 0 };
  for (const state of world.stacks.values())
    for (const container of containersOf(state).filter((candidate) => candidate.host === host)) {
      const resources = state.versions[container.version]?.manifest.services[container.service]?.resources;
      used.milliCpus += resources?.milliCpus ?? 0;
      used.memoryBytes += resources?.memoryBytes ?? 0;
    }
  return used;
};

describe('placementDue, in any fleet', () => {
  it('never promises more than a host has, and only hosts with all the tags (I4)', () => {
    fc.assert(
      fc.property(fleet, (wanted) => {
        const { world } = play(wanted, () => undefined);
        for (const { host, capacity, tags } of world.hosts.values()) {
          const used = usedOn(world, host);
          expect(used.milliCpus).toBeLessThanOrEqual(capacity.milliCpus);
          expect(used.memoryBytes).toBeLessThanOrEqual(capacity.memoryBytes);
          for (const state of world.stacks.values())
            for (const container of containersOf(state).filter((candidate) => candidate.host === host))
              expect(tags).toEqual(
                expect.arrayContaining([...(state.versions[container.version]?.manifest.services[container.service]?.tags ?? [])]),
              );
        }
      }),
    );
  });

  it('gives each slot of a deployment one placement, all of them or none (I3)', () => {
    fc.assert(
      fc.property(fleet, (wanted) => {
        play(wanted, (world, stack, { events }) => {
          const state = world.stacks.get(stack as StackName);
          const deployment = state?.running ? state.deployments[state.running] : undefined;
          const manifest = state?.versions[deployment?.version ?? 0]?.manifest;
          const placed = events.flatMap((event) => (event.type === 'ContainersPlaced' ? [event.data] : []));
          if (placed.length === 0) return;
          expect(placed.map((data) => data.service)).toEqual(Object.keys(manifest?.services ?? {}).sort());
          for (const { service, placements } of placed)
            expect(placements.map(({ slot }) => slot)).toEqual(
              Array.from({ length: manifest?.services[service]?.replicas ?? 0 }, (_, i) => i + 1),
            );
        });
      }),
    );
  });

  it('takes a host with the fewest containers of the service among those that could take it (I5)', () => {
    fc.assert(
      fc.property(fleet, (wanted) => {
        play(wanted, (world, _stack, { events }) => {
          const free = new Map(
            world.hosts.values().map(({ host, capacity }) => {
              const used = usedOn(world, host);
              return [host, { milliCpus: capacity.milliCpus - used.milliCpus, memoryBytes: capacity.memoryBytes - used.memoryBytes }];
            }),
          );
          for (const event of events) {
            if (event.type !== 'ContainersPlaced') continue;
            const { stack, version, service, placements } = event.data;
            const wish = world.stacks.get(stack)?.versions[version]?.manifest.services[service];
            const needs = { milliCpus: wish?.resources.milliCpus ?? 0, memoryBytes: wish?.resources.memoryBytes ?? 0 };
            const counts = new Map<string, number>();
            for (const { host } of placements) {
              for (const other of world.hosts.values()) {
                const room = free.get(other.host) ?? { milliCpus: 0, memoryBytes: 0 };
                const hasTags = wish?.tags.every((tag) => other.tags.includes(tag));
                const fits = hasTags && room.milliCpus >= needs.milliCpus && room.memoryBytes >= needs.memoryBytes;
                if (fits) expect(counts.get(host) ?? 0).toBeLessThanOrEqual(counts.get(other.host) ?? 0);
              }
              counts.set(host, (counts.get(host) ?? 0) + 1);
              const room = free.get(host);
              if (room) free.set(host, { milliCpus: room.milliCpus - needs.milliCpus, memoryBytes: room.memoryBytes - needs.memoryBytes });
            }
          }
        });
      }),
    );
  });

  it('spreads a service so that counts differ by one at most over a fixed set of fitting hosts', () => {
    const wish = fc.record({ replicas: fc.integer({ min: 1, max: 30 }), strangers: fc.array(fc.nat(8), { maxLength: 12 }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(3),
        fc.array(wish, { minLength: 1, maxLength: 4 }),
        (fitting, others, versions) => {
          const history = new History();
          for (let nth = 0; nth < fitting + others; nth++) history.joined(`h${nth}`, nth < fitting ? { tags: ['gpu'] } : {});
          for (const [index, { replicas, strangers }] of versions.entries()) {
            const version = index + 1;
            const on = strangers.map((nth) => `h${nth % (fitting + others)}`);
            history.deploying(`blog${version}`, 1, { web: {} }).placed(`blog${version}`, 1, 'web', on);
            history.deploying('shop', version, { web: { replicas, tags: ['gpu'] } });
            for (const { events } of due(history.world, 'shop')) history.decided(events);
            history.promoted('shop', version);
            const own = containersOf(history.stack('shop')).filter((container) => container.version === version);
            const counts = Array.from({ length: fitting }, (_, nth) => own.filter(({ host }) => host === `h${nth}`).length);
            expect(own).toHaveLength(replicas);
            expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('says the same of the same world, and nothing new once it was folded', () => {
    fc.assert(
      fc.property(fleet, (wanted) => {
        play(wanted, (world, stack, decision, after) => {
          expect(due(world, stack)).toEqual([decision]);
          expect(due(after, stack).flatMap(({ events }) => events)).toEqual([]);
        });
      }),
    );
  });

  it('gives a reason for every host that it excludes, and a way out', () => {
    fc.assert(
      fc.property(fleet, (wanted) => {
        play(wanted, (world, _stack, { events }) => {
          for (const event of events) {
            if (event.type === 'PlacementDelayed') expect(event.data.for.length).toBeGreaterThan(0);
            if (event.type !== 'PlacementFailed') continue;
            expect(event.data.excluded.map(({ host }) => host)).toEqual(world.hosts.keys());
            for (const { reason } of event.data.excluded) expect(reason).not.toBe('');
            expect(event.data.fix).not.toBe('');
          }
        });
      }),
    );
  });
});
