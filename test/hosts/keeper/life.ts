import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MARK, namesOf } from '../fleet/names.ts';
import { remains, sweep } from '../fleet/remains.ts';
import { ask, socketOf } from './ask.ts';
import { FLEET } from './words.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const { dir } = namesOf(FLEET);

export const status = (): Promise<string> => ask(FLEET, { command: 'status', args: [] });

/** Where a fleet is up already, says so; what an `up` that was killed left is taken away first. */
export const up = async (count = '3'): Promise<string> => {
  const hosts = Number(count);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 9) throw new Error(`up ${count}: name 1 to 9 hosts`);
  if (process.getuid?.() !== 0) throw new Error('up: be root; hosts are made of namespaces');
  if (!existsSync(join(ROOT, 'dist/apps/host-agent/main.js'))) throw new Error('up: run npm run build first; hosts run what was built');
  const running = await status().catch(() => null);
  if (running !== null) return `${running}\nIt was up already; npm run hosts -- down takes it away.`;
  if ((await remains(FLEET)).length > 0) console.log('an earlier fleet did not end well: what it left is taken away');
  await sweep(FLEET);
  await startKeeper(hosts);
  return status();
};

export const down = async (): Promise<string> => {
  const isKept = (await status().catch(() => null)) !== null;
  if (isKept) await ask(FLEET, { command: 'down', args: [] });
  const left = await remains(FLEET);
  await sweep(FLEET);
  const found = left.length > 0 ? `what an earlier fleet left was taken away: ${left.length} things\n` : '';
  return `${found}nothing is left: no process, mount, link, network namespace, cgroup or folder; firewall rules lived in the namespaces alone`;
};

/** A process of its own, which the hosts die with. Shows what it says until it answers. */
const startKeeper = async (hosts: number): Promise<void> => {
  mkdirSync(dir, { recursive: true });
  const words = openSync(join(dir, 'keeper.log'), 'a+');
  const program = [...process.execArgv, join(import.meta.dirname, 'keeper.ts'), String(hosts)];
  const keeper = spawn(process.execPath, program, {
    detached: true,
    stdio: ['ignore', words, words],
    env: { ...process.env, [MARK]: dir },
  });
  const ended = once(keeper, 'exit').then(() => true);
  for (let shown = 0; ; ) {
    const hasEnded = await Promise.race([ended, sleep(100).then(() => false)]);
    shown += show(words, shown);
    if (hasEnded) {
      await sweep(FLEET);
      throw new Error('up: it failed, for the reason above; everything is taken away again');
    }
    if (existsSync(socketOf(FLEET))) return keeper.unref();
  }
};

/** Prints a file from a place on, and gives back how many bytes. By its descriptor: one who fails takes the file away with all else. */
const show = (file: number, from: number): number => {
  const buffer = Buffer.alloc(65_536);
  const bytes = readSync(file, buffer, 0, buffer.length, from);
  process.stdout.write(buffer.subarray(0, bytes));
  return bytes;
};
