import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventData, HostId, StackName } from '#libs/contracts';
import { containersOf, isInService, stackOf, type World, worldText } from '#libs/domain/stack';
import { deploymentOf, History, manifestOf, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { type WhatIf, type WhatThen, whatThen } from './index.ts';

const nothing: WhatIf = { deploy: null, scale: [], without: [], tags: [] };
const shop = 'shop' as StackName;
const deploy = (services: Readonly<Record<string, ServiceWish>>, number = 1): EventData<'DeployRequested'> => ({
  ...{ stack: shop, deployment: deploymentOf('shop', number), key: `k${number}`, bodyHash: '0'.repeat(64) },
  ...{ manifest: manifestOf('shop', services), images: {}, revision: null },
});
const scale = (replicas: number): EventData<'ScaleRequested'> => ({
  ...{ stack: shop, service: 'web' as never, change: { kind: 'to', replicas } },
});
const fleet = (...hosts: readonly string[]): History =>
  hosts.reduce((history, host) => history.joined(host).connected(host), new History());
const door: ServiceWish = { ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }] };
const then = (world: World, what: Partial<WhatIf>, now = 1000): WhatThen => whatThen(world, { ...nothing, ...what }, now);
/** Where the stack's containers are, one host each. */
const hostsIn = ({ world }: Pick<WhatThen, 'world'>, service = 'web') =>
  containersOf(stackOf(world, shop))
    .filter((known) => known.service === service && isInService(known))
    .map(({ host }) => host)
    .sort();

describe('what would be', () => {
  it('is a version that serves, and everything of the one before is gone', () => {
    const first = then(fleet('h1', 'h2').world, { deploy: deploy({ web: { ...door, replicas: 2 }, api: {} }) });
    const second = then(first.world, { deploy: deploy({ web: { ...door, replicas: 3 }, api: {} }, 2) });
    const state = stackOf(second.world, shop);
    expect([state.promoted, state.running, state.doors?.version]).toEqual([2, null, 2]);
    expect(hostsIn(second)).toEqual(['h1', 'h1', 'h2']);
    expect(containersOf(state)).toHaveLength(4);
    expect(Object.values(state.versions).map(({ status }) => status)).toEqual(['retired', 'promoted']);
  });

  it('leaves the world of today as it is', () => {
    const { world } = fleet('h1');
    const before = worldText(world);
    then(world, { deploy: deploy({ web: {} }) });
    expect(worldText(world)).toBe(before);
  });

  it('is another number of containers, where it holds for the version that comes too', () => {
    const { world } = then(fleet('h1', 'h2').world, { deploy: deploy({ web: { replicas: 2 } }) });
    const scaled = then(world, { scale: [scale(5)] });
    expect(hostsIn(scaled)).toHaveLength(5);
    expect(hostsIn(then(scaled.world, { deploy: deploy({ web: { replicas: 2 } }, 2) }))).toHaveLength(5);
    expect(hostsIn(then(scaled.world, { deploy: deploy({ web: { replicas: 3 } }, 2) }))).toHaveLength(3);
    expect(hostsIn(then(scaled.world, { scale: [scale(0)] }))).toEqual([]);
  });

  it('is replacements elsewhere when a host is lost', () => {
    const { world } = then(fleet('h1', 'h2', 'h3').world, { deploy: deploy({ web: { ...door, replicas: 3 } }) });
    expect(hostsIn(then(world, { without: ['h3' as HostId] }))).toEqual(['h1', 'h1', 'h2']);
  });

  it('is a service on each host that comes to fit by its tag', () => {
    const { world } = then(fleet('h1', 'h2').world, { deploy: deploy({ web: { strategy: 'EVERY_NODE' } }) });
    const gpu: ServiceWish = { strategy: 'EVERY_NODE', tags: ['gpu'] };
    const tags = [{ host: 'h2' as HostId, add: ['gpu'], remove: [] }];
    expect(hostsIn(then(world, { tags, deploy: deploy({ web: gpu }, 2) }))).toEqual(['h2']);
  });

  it('is a failure in the words of the scheduler, and what serves is untouched', () => {
    const { world } = then(fleet('h1').world, { deploy: deploy({ web: {} }) });
    const failed = then(world, { deploy: deploy({ web: { tags: ['gpu'] } }, 2) });
    const [said] = failed.told.filter((event) => event.type === 'PlacementFailed');
    expect(said?.data).toMatchObject({ service: 'web', fix: expect.stringContaining('gpu') });
    expect([stackOf(failed.world, shop).promoted, hostsIn(failed)]).toEqual([1, ['h1']]);
  });

  it('is on hosts that have the image alone, and a failure where none has it', () => {
    const [here, nowhere] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string];
    const { world } = fleet('h1', 'h2')
      .happened('hosts', 'ImagesNoted', { host: 'h1' as HostId, held: [], gone: [] })
      .happened('hosts', 'ImagesNoted', { host: 'h2' as HostId, held: [here], gone: [] });
    const asked = (digest: string) => {
      const images = { web: { reference: 'web', digest } } as EventData<'DeployRequested'>['images'];
      return then(world, { deploy: { ...deploy({ web: { replicas: 2 } }), images } });
    };
    expect(hostsIn(asked(here))).toEqual(['h2', 'h2']);
    const fixes = asked(nowhere).told.flatMap((event) => (event.type === 'PlacementFailed' ? [event.data.fix] : []));
    expect(fixes).toEqual([expect.stringContaining('none of h1 and h2 has it')]);
  });

  it('says of each wish anew that no host takes so many', () => {
    const large: ServiceWish = { resources: { milliCpus: null, memoryBytes: 5 * 2 ** 30 } };
    const { world } = then(fleet('h1').world, { deploy: deploy({ web: large }) });
    const refusals = ({ told }: WhatThen) => told.filter(({ type }) => type === 'PlacementFailed').length;
    const first = then(world, { scale: [scale(2)] });
    expect([refusals(first), refusals(then(first.world, { scale: [scale(3)] }))]).toEqual([1, 1]);
  });

  it('keeps every invariant and comes to an end, whatever is tried', () => {
    const tried = fc.record({
      web: fc.integer({ min: 0, max: 4 }),
      to: fc.integer({ min: 0, max: 6 }),
      lost: fc.subarray(['h1', 'h2', 'h3'] as HostId[], { maxLength: 2 }),
      tag: fc.constantFrom<string[]>([], ['gpu']),
    });
    fc.assert(
      fc.property(fc.array(tried, { minLength: 1, maxLength: 4 }), (steps) => {
        const history = fleet('h1', 'h2', 'h3');
        for (const [index, { web, to, lost, tag }] of steps.entries()) {
          const services = { web: { ...door, replicas: web, tags: tag }, api: {} };
          const tags = [{ host: 'h2' as HostId, add: tag, remove: [] }];
          const now = history.events.at(-1)?.at ?? 0;
          const step = then(
            history.world,
            {
              deploy: deploy(services, index + 1),
              scale: [scale(to)],
              without: index === 0 ? lost : [],
              tags,
            },
            now,
          );
          expect(step.isWhole).toBe(true);
          expect(stackOf(step.world, shop).running).toBeNull();
          for (const { at, stream, type, data } of step.told) history.at(at).happened(stream, type, data);
        }
        expect(checkInvariants(history.events)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
