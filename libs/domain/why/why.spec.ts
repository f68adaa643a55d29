import { describe, expect, it } from 'vitest';
import { eventTypes, type WhyNode } from '#libs/contracts';
import { rolloutDue } from '#libs/domain/rollout';
import { containerOf, History } from '#libs/testing/history';
import { Play, requestOf } from '#libs/testing/neighbours';
import { causesOf, whyTree } from './index.ts';

const services = (replicas: number) => ({
  web: { replicas, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http' as const, names: [] }] }] },
});

/** Two versions, the second in the place of the first. */
const twice = (replicas = 2) => {
  const play = new Play(new History().joined('one').connected('one'), 'shop', rolloutDue);
  play.tell(requestOf('shop', 1, services(replicas))).until();
  return play.tell(requestOf('shop', 2, services(replicas))).until().history.events;
};
const flat = (nodes: readonly WhyNode[]): readonly WhyNode[] => nodes.flatMap((node) => [node, ...flat(node.effects)]);

describe('causes', () => {
  it('lead every event of a deployment back to a request', () => {
    const events = twice();
    const causes = causesOf(events);
    const roots = events.filter(({ id, data }) => 'stack' in data && !causes.has(id)).map(({ type }) => type);
    expect(roots).toEqual(['DeployRequested', 'DeployRequested']);
  });

  it('of each step are what it waited for', () => {
    const events = twice();
    const causes = causesOf(events);
    const causeTypes = (type: string) => [...new Set(events.filter((event) => event.type === type).map(({ id }) => causes.get(id)?.type))];
    expect(causeTypes('ContainerStarted')).toEqual(['ContainersPlaced']);
    expect(causeTypes('ContainerHealthy')).toEqual(['ContainerStarted']);
    expect(causeTypes('DoorsDrawn')).toEqual(['ContainerHealthy']);
    expect(causeTypes('VersionPromoted')).toEqual(['ProxyPrepared']);
    expect(causeTypes('RetirementWaveStarted')).toEqual(['SwitchCompleted']);
    expect(causeTypes('ContainersRetired')).toEqual(['ContainersDrained']);
    expect(causeTypes('ContainerStopped')).toEqual(['ContainersRetired']);
    expect(causeTypes('VersionRetired')).toEqual(['PlacementReleased']);
  });
});

describe('the tree', () => {
  it('of a container holds its own life and what led to it, and no other container', () => {
    const events = twice();
    const container = containerOf('shop', 1, 'web', 1);
    const isSubject = ({ type, data }: (typeof events)[number]) => type !== 'DoorsDrawn' && JSON.stringify(data).includes(`"${container}"`);
    const tree = whyTree(events, { isSubject, withEffects: false, container });
    const own = flat(tree).filter((node) => node.isSubject);
    expect(own.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ContainersPlaced', 'ContainerStarted', 'ContainerHealthy', 'ContainersRetired', 'ContainerStopped']),
    );
    expect(own[0]).toMatchObject({ type: 'ContainersPlaced', says: `web was placed: ${container} on one`, why: 'fewest of the service' });
  });

  it('counts siblings alike and shows the first', () => {
    const tree = whyTree(twice(20), { isSubject: ({ type }) => type === 'DeployRequested', withEffects: true });
    const placed = flat(tree).find(({ type }) => type === 'ContainersPlaced');
    expect(placed?.more).toEqual(expect.arrayContaining([{ type: 'ContainerStarted', count: expect.any(Number) }]));
    expect((placed?.effects.length ?? 0) + (placed?.more ?? []).reduce((sum, { count }) => sum + count, 0)).toBe(20);
    expect(placed?.effects.length).toBeLessThan(10);
  });

  it('has words for what a deployment says', () => {
    const nodes = flat(whyTree(twice(), { isSubject: () => true, withEffects: true }));
    expect(nodes.filter(({ type, says }) => says === type)).toEqual([]);
    expect(eventTypes.length).toBeGreaterThan(20);
  });
});
