import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { Transient } from '#libs/contracts';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { Wakes } from './wakes.ts';

let postgres: TestPostgres;
let config: pg.PoolConfig;
let admin: pg.Client;
beforeAll(async () => {
  postgres = await startTestPostgres();
  config = await postgres.createDatabase();
  admin = new pg.Client(config);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
});

const silent = (): void => undefined;

it('tells other programs at once, and itself only once', async () => {
  const [here, there] = [new Wakes(config, new ManualClock(), silent), new Wakes(config, new ManualClock(), silent)];
  await Promise.all([here.open(), there.open()]);
  let own = 0;
  here.add(() => own++);
  const heard = Promise.withResolvers<void>();
  there.add(heard.resolve);
  here.ring();
  await heard.promise;
  await Promise.all([here.close(), there.close()]);
  expect(own).toBe(1);
});

it('gathers many rings into few notifications', async () => {
  const [here, there] = [new Wakes(config, new ManualClock(), silent), new Wakes(config, new ManualClock(), silent)];
  await Promise.all([here.open(), there.open()]);
  let heard = 0;
  there.add(() => heard++);
  for (let n = 0; n < 100; n++) here.ring();
  await here.close();
  // What was told before this answer was heard before it: one connection, one order.
  const marker = Promise.withResolvers<void>();
  there.add(marker.resolve);
  await admin.query('notify berth_appended');
  await marker.promise;
  await there.close();
  expect(heard).toBeLessThanOrEqual(3);
});

it('listens again after its connection was lost, and wakes everyone for what it did not hear', async () => {
  const clock = new ManualClock();
  const told = Promise.withResolvers<string>();
  const wakes = new Wakes(config, clock, told.resolve);
  await wakes.open();
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen berth_appended'`);
  expect(await told.promise).toBe('listen for appends');
  const woken = Promise.withResolvers<void>();
  const stop = wakes.add(woken.resolve);
  clock.advance(1000);
  await woken.promise;
  stop();
  const heard = Promise.withResolvers<void>();
  wakes.add(heard.resolve);
  await admin.query('notify berth_appended');
  await heard.promise;
  await wakes.close();
});

it('says Transient when it is opened and nobody is there', async () => {
  await expect(new Wakes({ host: '/tmp/nobody-listens-here' }, new ManualClock(), silent).open()).rejects.toThrow(Transient);
});
