import { describe, expect, it } from 'vitest';
import { type HostId, type ServiceName, type StackName, streams } from '#libs/contracts';
import { containerOf, deploymentOf, History, type ServiceWish } from '#libs/testing/history';
import { containersPart, keysOf } from './desired.ts';

const part = (history: History, host = 'a') => containersPart(history.stack('shop'), host as HostId);
const goals = (history: History, host = 'a') => part(history, host).containers.map((desired) => desired.goal);
const api = containerOf('shop', 1, 'api', 1);
const web = containerOf('shop', 1, 'web', 1);

/** `web` waits for `api`; both are placed on one host. */
const dependent = (condition: 'started' | 'healthy'): History => {
  const services = { api: {}, web: { dependsOn: [{ service: 'api' as ServiceName, condition }] } };
  return new History().joined('a').deploying('shop', 1, services).placed('shop', 1, 'api', ['a']).placed('shop', 1, 'web', ['a']);
};
const single = (wish: ServiceWish = {}): History =>
  new History().joined('a').deploying('shop', 1, { web: wish }).placed('shop', 1, 'web', ['a']);
const named = (history: History) =>
  part(history).containers.map((desired) => (desired.goal === 'gone' ? desired.container : desired.spec.container));

describe('the containers of a host', () => {
  it('runs what was placed there, as the version says', () => {
    const [desired] = part(single({ environment: { A: 'sealed:1:k1:xyz' }, ports: [{ container: 3000, doors: [] }] })).containers;
    expect(desired).toMatchObject({
      goal: 'run',
      spec: { container: web, image: 'web:1', environment: { A: 'sealed:1:k1:xyz' }, ports: [3000], version: 1, slot: 1 },
    });
  });

  it('names only its own, ordered by id', () => {
    const history = new History()
      .joined('a')
      .joined('b')
      .deploying('shop', 1, { web: { replicas: 3 } });
    history.placed('shop', 1, 'web', ['a', 'b', 'a']);
    expect(named(history)).toEqual([web, containerOf('shop', 1, 'web', 3)]);
    expect(part(history).generation).toEqual({ incarnation: 1, position: history.world.position });
  });

  it('drains what leaves, and names what to disregard', () => {
    expect(part(single().leaving('shop', 1, [web])).containers).toMatchObject([{ goal: 'drain', disregard: [web] }]);
  });

  it('keeps a retired container as a tombstone until it is gone', () => {
    const history = single({ stopGraceMs: 3000 }).retired('shop', [web]);
    expect(part(history).containers).toEqual([{ goal: 'gone', container: web, stopGraceMs: 3000 }]);
    expect(part(history.stopped('shop', web)).containers).toEqual([]);
  });

  it('lets the containers of a failed deployment go, with a newer generation', () => {
    const history = single();
    const before = part(history).generation;
    expect(goals(history.failed('shop', 1))).toEqual(['gone']);
    expect(part(history).generation.position).toBeGreaterThan(before.position);
  });
});

describe('depends_on', () => {
  it('holds a container back until its dependency is healthy', () => {
    const history = dependent('healthy');
    expect(named(history.started('shop', api))).toEqual([api]);
    expect(named(history.healthy('shop', api))).toEqual([api, web]);
  });

  it('holds a container back until its dependency has started, and the part gets newer then', () => {
    const history = dependent('started');
    const before = part(history).generation;
    expect(named(history)).toEqual([api]);
    expect(named(history.started('shop', api))).toEqual([api, web]);
    expect(part(history).generation.position).toBeGreaterThan(before.position);
  });

  it('never takes back what was started', () => {
    const history = dependent('healthy').started('shop', api).healthy('shop', api).started('shop', web, { run: 'w1' });
    history.started('shop', api, { run: 'r2' });
    expect(named(history)).toEqual([api, web]);
  });

  it('of a version that serves does not wait for a container that finds no room', () => {
    const history = dependent('healthy').started('shop', api).healthy('shop', api).promoted('shop', 1);
    const failure = {
      stack: 'shop' as StackName,
      deployment: deploymentOf('shop', 1),
      service: 'api' as ServiceName,
      excluded: [],
      fix: '',
    };
    expect(named(history.happened(streams.fleet, 'PlacementFailed', failure))).toEqual([api, web]);
  });

  it('waits for every container of the dependency', () => {
    const services = { api: { replicas: 2 }, web: { dependsOn: [{ service: 'api' as ServiceName, condition: 'healthy' as const }] } };
    const history = new History().joined('a').deploying('shop', 1, services).placed('shop', 1, 'web', ['a']);
    expect(named(history)).toEqual([]);
    history.placed('shop', 1, 'api', ['b', 'b']).started('shop', api).healthy('shop', api);
    expect(named(history)).toEqual([]);
    const second = containerOf('shop', 1, 'api', 2);
    expect(named(history.started('shop', second).healthy('shop', second))).toEqual([web]);
  });
});

describe('keysOf', () => {
  it('names each key once, ordered, and none of containers that go', () => {
    const history = single({ environment: { B: 'sealed:1:k2:x', A: 'sealed:1:k1:y', C: 'sealed:1:k1:z', D: 'plain' } });
    expect(keysOf(part(history))).toEqual(['k1', 'k2']);
    expect(keysOf(part(history.retired('shop', [web])))).toEqual([]);
  });
});
