import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY, Namespaces, within } from './testing/namespaces.ts';
import { clock, type Lab, openLab } from './testing/start.ts';
import { callersOf, partOf } from './testing/tables.ts';

const OLD = '10.64.0.11';
const NEW = '10.64.0.12';
const replicas = ['10.64.0.21', '10.64.0.22', '10.64.0.23'];
const many = Array.from({ length: 40 }, (_, index) => `10.64.1.${index + 1}`);

const namespaces = new Namespaces(`berth${process.pid}`, [OLD, NEW]);
let lab: Lab;
let resolvConf: string;

beforeAll(async () => {
  lab = await openLab();
  await namespaces.open();
  resolvConf = join(lab.home, 'resolv.conf');
  await writeFile(resolvConf, `search berth.internal\nnameserver ${GATEWAY}\noptions ndots:1 timeout:1 attempts:3\n`);
  const agent = lab.client({
    pool: '10.64.0.0/10',
    listen: { address: GATEWAY, port: 53 },
    command: within(namespaces.host, lab.command),
  });
  await agent.ensureRunning();
  await agent.registerCallers(callersOf({ [OLD]: 1, [NEW]: 2 }));
  await agent.apply([partOf(3, { 1: replicas, 2: many })]);
  await lab.listening();
}, 20_000);

afterAll(async () => {
  await lab.close();
  await namespaces.close();
});

/** What getaddrinfo gives a caller, in its order. */
const addresses = async (caller: 0 | 1, name: string): Promise<readonly string[]> => {
  const printed = await namespaces.runAs(caller, resolvConf, `getent ahosts ${name}`);
  return printed.split('\n').flatMap((line) => (line.includes('STREAM') ? [line.split(/\s+/)[0] ?? ''] : []));
};

describe('getaddrinfo of a container', () => {
  it('finds the service of its own version under its bare name', async () => {
    expect([...(await addresses(0, 'api'))].sort()).toEqual(replicas);
  });

  it('gets more addresses than a datagram holds', async () => {
    expect((await addresses(1, 'api')).length).toBe(many.length);
  });

  it('meets each replica equally often', async () => {
    const firsts: string[] = [];
    for (let round = 0; round < 12; round++) firsts.push((await addresses(0, 'api'))[0] ?? '');
    expect(replicas.map((address) => firsts.filter((first) => first === address).length)).toEqual([4, 4, 4]);
  });

  it('is told at once that a name does not exist', async () => {
    const before = clock.monotonic();
    await expect(addresses(0, 'nope')).rejects.toThrow();
    expect(clock.monotonic() - before).toBeLessThan(1000);
  });
});
