import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import type { Finished } from '../stories/harness/berth.ts';
import { fleetShop } from './fleet/example.ts';
import { Fleet } from './fleet/fleet.ts';
import { remains } from './fleet/remains.ts';
import { containersOn } from './fleet/running.ts';

const name = `s${process.pid}`;

/** All daemons of the hosts start in it, and the first versions are deployed. */
const START_MS = 240_000;

/** The main story on three machines: one version after the other, the third while one host is cut off. One test a claim. */
describe('three hosts', () => {
  let rising: Promise<Fleet>;
  let fleet: Fleet;
  let loads: readonly LoadResult[];
  let placed: readonly (readonly string[])[];

  const deploy = (version: number, ...args: readonly string[]): Promise<Finished> =>
    fleet.berth.cli(['deploy', '-f', fleetShop, ...args], { SHOP_VERSION: String(version), BERTH_ENGINE: inject('engine') });
  const happened = (type: string, version: number) =>
    fleet.berth.until((event) => event.type === type && (event.data as { version?: number }).version === version, 60);
  const doors = () => fleet.hosts.map(({ address }) => `http://${address}:8080/`);

  beforeAll(async () => {
    rising = Fleet.up({ name, hosts: 3, net: 41, builder: inject('engine') });
    fleet = await rising;
    const first = await deploy(1);
    if (first.code !== 0) throw new Error(first.stderr);
    placed = await Promise.all(fleet.hosts.map(containersOn));
    const running = doors().map((url) => startLoad({ url, rate: 10 }));
    await Promise.all(running.map((load) => load.warm));
    const second = await deploy(2);
    if (second.code !== 0) throw new Error(second.stderr);
    await Promise.all(running.map((load) => load.answered('2', 10)));
    loads = await Promise.all(running.map((load) => load.finish()));
    await happened('VersionRetired', 1);
  }, START_MS);
  afterAll(async () => (await rising).down());

  it('carry one container of each service', () => {
    expect(placed.map((containers) => containers.map((container) => container.split('-')[1]).sort())).toEqual(
      fleet.hosts.map(() => ['api', 'web']),
    );
  });

  it('switch under load through every proxy without a lost request', () => {
    for (const { failed, failures, byWeb } of loads) {
      expect(failed, failures.join()).toBe(0);
      expect(Object.keys(byWeb)).toEqual(['1', '2']);
    }
  });

  it('let every web find the api of its own version, wherever it is', () => {
    expect(loads.map(({ pairs }) => pairs.mismatched)).toEqual([0, 0, 0]);
  });

  it('converge when one of them was cut off while the next version was asked for', async () => {
    const begin = (await fleet.berth.log()).at(-1)?.position ?? 0;
    await fleet.host('h3').cut('both');
    const asked = await deploy(3, '--detach');
    expect(asked.code, asked.stderr).toBe(0);
    // The others begin without it; the version waits for it.
    for (const host of ['h1', 'h2'])
      await fleet.berth.until((event) => event.type === 'ContainerHealthy' && event.stream === `host/${host}`, 30, begin);
    await fleet.host('h3').heal();
    await happened('VersionRetired', 2);
    const answers = await Promise.all(doors().map(async (url) => ((await (await fetch(url)).json()) as { web: string }).web));
    expect(answers).toEqual(['3', '3', '3']);
    const log = await fleet.berth.eventsOf('ContainersPlaced');
    const wanted = log.flatMap(({ data }) => (data.version === 3 ? data.placements : []));
    for (const host of fleet.hosts)
      expect(await containersOn(host)).toEqual(wanted.flatMap((each) => (each.host === host.id ? [each.container] : [])).sort());
  });

  it('keep every invariant', async () => {
    expect(await fleet.berth.violations()).toEqual([]);
  });

  it('leave nothing behind', async () => {
    await fleet.down();
    expect(await remains(name)).toEqual([]);
  });
});
