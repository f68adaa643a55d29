import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { requestOf } from '#libs/testing/neighbours';
import { House } from './testing/house.ts';

const shop: Record<string, ServiceWish> = {
  web: { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [], path: '/' }] }] },
  api: {},
};
const DEPLOYMENT = ['VersionCreated', 'DeploymentStarted', 'VersionPromoted', 'SwitchCompleted'];
const RETIREMENT = ['RetirementWaveStarted', 'ContainersRetired', 'RetirementWaveStarted', 'ContainersRetired', 'VersionRetired'];

describe('two replicas of every service', () => {
  const house = new House();
  beforeAll(async () => {
    await house.open();
    // RabbitMQ 3.10 breaks a connection where two declare one quorum queue at once; that it heals is the bus's own claim.
    await house.startReplica();
    await house.startReplica();
    await house.startAgent('one');
  }, 120_000);
  afterAll(() => house.close());

  it('deploy, and deploy again, and write everything once', async () => {
    await house.ask(requestOf('shop', 1, shop));
    await house.happened('SwitchCompleted', 1);
    await house.ask(requestOf('shop', 2, shop));
    await house.happened('VersionRetired', 1);

    const events = await house.log.read({ limit: 1000 });
    const typesOf = (stream: string) => events.filter((event) => event.stream === stream).map(({ type }) => type);
    const factsOf = (kind: string) => events.flatMap(({ type, data }) => (type === kind && 'container' in data ? data.container : []));
    expect(typesOf('stack/shop')).toEqual([...DEPLOYMENT, ...DEPLOYMENT, ...RETIREMENT]);
    expect(typesOf('fleet').filter((type) => type === 'ContainersPlaced')).toHaveLength(4);
    for (const kind of ['ContainerStarted', 'ContainerHealthy']) expect(new Set(factsOf(kind)).size).toBe(factsOf(kind).length);
    expect(factsOf('ContainerHealthy')).toHaveLength(6);
    expect(checkInvariants(events)).toEqual([]);
    expect(house.problems).toEqual([]);
  });

  it('go on where they were when the database was away in the middle of a deployment', async () => {
    await house.ask(requestOf('shop', 3, shop));
    await house.happened('DeploymentStarted', 3);
    await house.stopDatabase();
    await expect(house.log.head()).rejects.toThrow();
    await house.startDatabase();
    await house.happened('SwitchCompleted', 3);
    await house.ask(requestOf('shop', 4, shop));
    await house.happened('SwitchCompleted', 4);
    const events = await house.log.read({ limit: 1000 });
    expect(events.filter(({ type }) => type === 'VersionPromoted')).toHaveLength(4);
    expect(checkInvariants(events)).toEqual([]);
  });
});
