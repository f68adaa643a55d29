import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownEngine } from '../stories/harness/engine.ts';
import { fleetShop } from './fleet/example.ts';
import { Fleet } from './fleet/fleet.ts';
import { MARK, namesOf } from './fleet/names.ts';
import { until } from './fleet/programs.ts';
import { containersOn } from './fleet/running.ts';

const name = `o${process.pid}`;
const START_MS = 240_000;

/** Small, so that the scheduler is away for longer than a host may be. */
const LOST_S = 5;
const patience = { BERTH_SUSPECT_AFTER: '2s', BERTH_LOST_AFTER: `${LOST_S}s`, BERTH_LOSS_INTERVAL: '1s' };
const LONG_PAUSES = 2;
const SHORT_PAUSES = 8;
const RESTARTS = 10;

/** Two machines that live while the scheduler does not, and then one that is cut off. One test a claim, in their order. */
describe('two hosts', () => {
  let rising: Promise<Fleet>;
  let fleet: Fleet;
  let begin: number;

  const restart = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const scheduler = fleet.control.replica('scheduler', 0);
    await scheduler.end(signal);
    await scheduler.start({ [MARK]: namesOf(name).dir, ...patience });
  };
  const newest = async (): Promise<number> => (await fleet.berth.log()).at(-1)?.position ?? 0;
  const lost = async () => (await fleet.berth.eventsOf('HostLost')).map(({ data }) => data.host);
  const happened = (type: string, seconds: number) => fleet.berth.until((event) => event.type === type, seconds, begin);
  /** `web 1`: of each container that runs on any of them. */
  const slots = async (): Promise<readonly string[]> =>
    (await Promise.all(fleet.hosts.map(containersOn)))
      .flat()
      .map((container) => container.split('-').slice(1, 3).join(' '))
      .sort();

  beforeAll(async () => {
    rising = Fleet.up({ name, hosts: 2, net: 47, builder: ownEngine() });
    fleet = await rising;
    const env = { SHOP_REPLICAS: '2', BERTH_ENGINE: ownEngine() };
    const first = await fleet.berth.cli(['deploy', '-f', fleetShop], env);
    if (first.code !== 0) throw new Error(first.stderr);
    await restart('SIGTERM');
  }, START_MS);
  afterAll(async () => (await rising).down());

  it(`are not lost in ${LONG_PAUSES + SHORT_PAUSES} pauses and ${RESTARTS} restarts of the scheduler`, async () => {
    const scheduler = fleet.control.replica('scheduler', 0);
    for (let pause = 0; pause < LONG_PAUSES + SHORT_PAUSES; pause++) {
      scheduler.signal('SIGSTOP');
      await sleep(pause < LONG_PAUSES ? (LOST_S + 1) * 1000 : 300);
      scheduler.signal('SIGCONT');
    }
    for (let count = 0; count < RESTARTS; count++) await restart(count % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    expect(await lost()).toEqual([]);
    expect(await slots()).toEqual(['api 1', 'api 2', 'web 1', 'web 2']);
  });

  it('lose the one that is cut off, and get its containers on the other', async () => {
    begin = await newest();
    await fleet.host('h2').cut('both');
    await happened('HostLost', 30);
    const { stdout, stderr } = await fleet.berth.cli(['hosts']);
    expect(stdout, stderr).toMatch(/^h2 +lost/m);
    const isServing = async (): Promise<boolean> => (await containersOn(fleet.host('h1'))).length === 4;
    await until('h1 to carry all', 60, isServing);
    expect(await lost()).toEqual(['h2']);
  });

  it('end with one container a slot when it is back', async () => {
    await fleet.host('h2').heal();
    await happened('HostReturned', 60);
    await until('one container a slot', 60, async () => (await slots()).join() === 'api 1,api 2,web 1,web 2');
    expect(await fleet.berth.violations()).toEqual([]);
  });

  it('give all to the other when one is drained, and tell where it goes', async () => {
    const drained = await fleet.berth.cli(['hosts', 'drain', 'h2', '--timeout', '2m']);
    expect(drained.code, drained.stdout + drained.stderr).toBe(0);
    expect(drained.stdout).toMatch(/moves +shop-web-2-\S+ to h1 as shop-web-2-/);
    expect([await containersOn(fleet.host('h2')), await slots()]).toEqual([[], ['api 1', 'api 2', 'web 1', 'web 2']]);
    expect(await fleet.berth.violations()).toEqual([]);
  });
});
