import { describe, expect, it } from 'vitest';
import type { HostId, StackName } from '#libs/contracts';
import { type WhatIf, whatThen } from '#libs/domain/plan';
import type { World } from '#libs/domain/stack';
import { deploymentOf, History, manifestOf, type ServiceWish } from '#libs/testing/history';
import { planOf } from './plan-of.ts';
import { PLANNED } from './read-plan.ts';

const GIB = 2 ** 30;
const nothing: WhatIf = { deploy: null, scale: [], without: [], tags: [] };
const shop = 'shop' as StackName;
const web = (replicas: number, more: ServiceWish = {}): Record<string, ServiceWish> => ({
  web: { replicas, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }], ...more },
});
const deploy = (services: Record<string, ServiceWish>, deployment = PLANNED): WhatIf => ({
  ...nothing,
  deploy: {
    ...{ stack: shop, deployment, key: 'k', bodyHash: '0'.repeat(64) },
    manifest: manifestOf('shop', services),
    images: {},
    revision: null,
  },
});
const scale = (replicas: number): WhatIf => ({
  ...nothing,
  scale: [{ stack: shop, service: 'web' as never, change: { kind: 'to', replicas } }],
});
const fleet = (...hosts: readonly string[]): World =>
  hosts.reduce((history, host) => history.joined(host).connected(host), new History()).world;
const serving = (replicas: number, world = fleet('h1', 'h2', 'h3'), more: ServiceWish = {}): World =>
  whatThen(world, deploy(web(replicas, more), deploymentOf('shop', 1)), 1000).world;
const said = (world: World, whatIf: WhatIf) => {
  const { view } = planOf(world, whatIf, 2000);
  return view.differences.map(({ about, what, before, after }) => `${about} ${what}: ${before} → ${after}`);
};

describe('a plan', () => {
  it('of a deployment says which containers come and go, and who is found where', () => {
    expect(said(serving(2), deploy(web(3)))).toEqual([
      'containers shop-web-1-bshopaaa-1: on h1 → null',
      'containers shop-web-1-…-1: null → on h3',
      'containers shop-web-2-bshopaaa-1: on h2 → null',
      'containers shop-web-2-…-1: null → on h1',
      'containers shop-web-3-…-1: null → on h2',
      'names web for others: h1, h2 → h1, h2, h3',
      'names web for the planned version: null → h1, h2, h3',
      'names web for version 1: h1, h2 → null',
      'routes shop:8080:_: web: h1, h2 → web: h1, h2, h3',
    ]);
  });

  it('of more containers touches no other', () => {
    const { view } = planOf(serving(2), scale(3), 2000);
    expect(view.placements).toEqual([{ stack: 'shop', service: 'web', slot: 3, host: 'h3', reason: expect.stringContaining('fewest') }]);
    expect(view.deployment).toBeNull();
  });

  it('of a lost host says what its containers become', () => {
    expect(said(serving(3), { ...nothing, without: ['h3' as HostId] })).toEqual([
      'containers shop-web-3-bshopaaa-1: on h3 → on h3, lost',
      'containers shop-web-3-bshopaaa-2: null → on h1',
      'names web for others: h1, h2, h3 → h1, h1, h2',
      'names web for version 1: h1, h2, h3 → h1, h1, h2',
      'routes shop:8080:_: web: h1, h2, h3 → web: h1, h1, h2',
    ]);
  });

  it('of what no host takes has the words of the scheduler', () => {
    const { view } = planOf(serving(2), deploy(web(1, { tags: ['gpu'] })), 2000);
    expect(view.deployment).toMatchObject({ version: 2, failure: { step: 'place', cause: { kind: 'placement' } } });
    expect(view.unplaced).toMatchObject([{ stack: 'shop', service: 'web', fix: expect.stringContaining('gpu') }]);
    expect(view.differences).toEqual([]);
  });

  it('warns of hosts that are nearly full, of services on one host and of containers that find none', () => {
    const large: ServiceWish = { resources: { milliCpus: null, memoryBytes: 4 * GIB } };
    const world = serving(2, fleet('h1', 'h2'), large);
    expect(planOf(world, scale(5), 2000).view.warnings).toEqual([
      'h1: 100 % of its memory would be promised',
      'h2: 100 % of its memory would be promised',
      'web of shop: 4 of 5 containers would be in service',
    ]);
    expect(planOf(world, { ...nothing, without: ['h2' as HostId] }, 2000).view.warnings).toContain(
      'web of shop: all 2 containers would be on h1',
    );
  });

  it('has the same outcome as long as nothing changes that matters for it', () => {
    const world = serving(2);
    const { lines } = planOf(world, deploy(web(3)), 2000);
    expect(planOf(world, deploy(web(3)), 99_000).lines).toEqual(lines);
    expect(planOf(serving(2, fleet('h1', 'h2')), deploy(web(3)), 2000).lines).not.toEqual(lines);
  });
});
