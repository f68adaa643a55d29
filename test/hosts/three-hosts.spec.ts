import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import type { Finished } from '../stories/harness/berth.ts';
import { ownEngine } from '../stories/harness/engine.ts';
import { buildOnly, fleetShop, onlyOf } from './fleet/example.ts';
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
    fleet.berth.cli(['deploy', '-f', fleetShop, ...args], { SHOP_VERSION: String(version), BERTH_ENGINE: ownEngine() });
  const happened = (type: string, version: number) =>
    fleet.berth.until((event) => event.type === type && (event.data as { version?: number }).version === version, 60);
  const doors = () => fleet.hosts.map(({ address }) => `http://${address}:8080/`);

  beforeAll(async () => {
    rising = Fleet.up({ name, hosts: 3, net: 41, builder: ownEngine() });
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

  it('get what one of them alone has an image for, placed there at once', async () => {
    const { socket } = fleet.host('h2');
    await buildOnly(socket, 'shop/only:1');
    const file = join(fleet.berth.home, 'only.yaml');
    writeFileSync(file, JSON.stringify(onlyOf('shop/only:1')));
    const { code, stdout, stderr } = await fleet.berth.cli(['deploy', '-f', file], { BERTH_ENGINE: socket });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(
      /only-web-1-\S+ +on h2: no tags asked for; image shop\/only:1 \([0-9a-f]{12}\) is not on every host; 1 of 3 hosts fit/,
    );
    const log = await fleet.berth.log();
    expect(log.filter((event) => event.type === 'ContainerFailed' && event.data.stack === 'only')).toEqual([]);
  });

  it('even out over one that joins, in as many moves as are asked for, without a lost request', async () => {
    const removed = await fleet.berth.cli(['hosts', 'rm', 'h3', '--timeout', '2m']);
    expect(removed.code, removed.stdout + removed.stderr).toBe(0);
    // Its agent says hello again.
    await fleet.berth.until(
      (event) => event.type === 'HostJoined' && event.data.host === 'h3',
      60,
      (await fleet.berth.eventsOf('HostRemoved')).at(-1)?.position,
    );
    const bounded = await fleet.berth.cli(['rebalance', '--stack', 'shop', '--max', '1']);
    expect(bounded.stdout, bounded.stderr).toMatch(/^shop-\S+ +h[12] +h3 /m);
    const running = doors().map((url) => startLoad({ url, rate: 10 }));
    await Promise.all(running.map((load) => load.warm));
    const applied = await fleet.berth.cli(['rebalance', '--stack', 'shop', '--apply', '--timeout', '2m']);
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(applied.stdout).toContain('spread of web of shop: 2 → 0');
    for (const { failed, failures } of await Promise.all(running.map((load) => load.finish()))) expect(failed, failures.join()).toBe(0);
    const services = (await Promise.all(fleet.hosts.map(containersOn))).map((ids) =>
      ids.flatMap((id) => (id.startsWith('shop-') ? [id.split('-')[1]] : [])).sort(),
    );
    expect(services).toEqual(fleet.hosts.map(() => ['api', 'web']));
  });

  it('keep every invariant', async () => {
    expect(await fleet.berth.violations()).toEqual([]);
  });

  it('leave nothing behind', async () => {
    await fleet.down();
    expect(await remains(name)).toEqual([]);
  });
});
