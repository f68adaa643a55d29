import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../simulation/world/chance.ts';
import { type ControlService, controlServices } from '../stories/harness/processes.ts';
import type { Trick } from './engine-proxy.ts';
import type { Platform } from './platform.ts';

export interface Harm {
  readonly name: string;
  /** No request at a door is lost meanwhile, and a good version is promoted. */
  readonly spares: boolean;
  /** Returns when it is healed. */
  readonly befall: (platform: Platform, chance: Chance) => Promise<void>;
}

const killed = (service: ControlService): Harm => ({
  name: `${service} killed`,
  spares: true,
  befall: async (platform, chance) => {
    await platform.service(service).end('SIGKILL');
    await sleep(chance.between(0, 2000));
    await platform.fleet.startService(service);
  },
});

const frozen = (service: ControlService): Harm => ({
  name: `${service} frozen`,
  spares: true,
  befall: async (platform, chance) => {
    platform.service(service).signal('SIGSTOP');
    await sleep(chance.between(1000, 12_000));
    platform.service(service).signal('SIGCONT');
  },
});

/** Something is done to one host, stays for a while and is healed. */
const toHost = (
  name: string,
  spares: boolean,
  longest: number,
  harm: (host: ReturnType<typeof hostOf>, chance: Chance) => unknown,
): Harm => ({
  name,
  spares,
  befall: async (platform, chance) => {
    const host = hostOf(platform, chance);
    await harm(host, chance);
    await sleep(chance.between(200, longest));
    await host.heal();
  },
});

const hostOf = ({ fleet }: Platform, chance: Chance) => chance.pick(fleet.hosts);

const tricked = (how: Trick['how']): Harm => ({
  name: { cut: 'a call to the engine cut', drop: 'an answer of the engine lost', delay: 'a call to the engine held back' }[how],
  spares: true,
  befall: async (platform, chance) => {
    const proxy = platform.proxy(hostOf(platform, chance).id);
    const trick: Trick = how === 'delay' ? { how, milliseconds: chance.between(2000, 10_000) } : { how };
    await Promise.race([proxy.arm(chance.between(1, 6), trick), sleep(6000)]);
    proxy.disarm();
  },
});

const broker: Harm = {
  name: 'broker killed',
  spares: true,
  befall: async ({ fleet: { control } }, chance) => {
    await control.broker.kill();
    await sleep(chance.between(0, 3000));
    await control.broker.startBroker();
  },
};

const databaseRestarted: Harm = {
  name: 'database restarted',
  spares: true,
  befall: ({ fleet }) => fleet.control.restartDatabase(),
};

const databaseKilled: Harm = {
  name: 'database killed',
  spares: true,
  befall: async ({ fleet: { control } }, chance) => {
    control.killDatabase();
    await sleep(chance.between(0, 3000));
    await control.restartDatabase();
  },
};

const diskFull: Harm = {
  name: "agent's disk full",
  spares: true,
  befall: async (platform, chance) => {
    const ballast = join(hostOf(platform, chance).home, 'agent/ballast');
    fill(ballast);
    await sleep(chance.between(2000, 8000));
    rmSync(ballast, { force: true });
  },
};

/** Until nothing more fits. */
const fill = (file: string): void => {
  for (const bytes of [65_536, 4096, 512])
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    }
};

const onContainer = (name: string, command: readonly string[]): Harm => ({
  name,
  spares: false,
  befall: async (platform, chance) => {
    const host = hostOf(platform, chance);
    const containers = (await platform.running())[host.id] ?? [];
    if (containers.length > 0) await host.docker(...command, chance.pick(containers)).catch(() => undefined);
  },
});

/** The nemesis: what may happen to a fleet. */
export const harms: readonly Harm[] = [
  ...controlServices.flatMap((service) => [killed(service), frozen(service)]),
  toHost('agent killed', true, 3000, (host) => host.kill('agent')),
  toHost('agent frozen', true, 12_000, (host) => host.freeze('agent', true)),
  ...(['cut', 'drop', 'delay'] as const).map(tricked),
  ...[broker, databaseRestarted, databaseKilled, diskFull],
  toHost('engine killed', false, 3000, (host) => host.kill('engine')),
  toHost('engine frozen', false, 8000, (host) => host.freeze('engine', true)),
  toHost('nginx killed', false, 200, (host) => host.kill('nginx')),
  toHost('resolver killed', false, 200, (host) => host.kill('resolver')),
  toHost('host cut off', false, 8000, (host) => host.cut('both')),
  toHost('host hears nothing', false, 8000, (host) => host.cut('in')),
  toHost('host says nothing', false, 8000, (host) => host.cut('out')),
  toHost('host slow', true, 8000, (host, chance) => host.slow(chance.between(50, 800))),
  toHost('host rebooted', false, 200, (host) => host.kill()),
  onContainer('container removed', ['rm', '-f']),
  onContainer('container killed', ['kill', '-s', 'KILL']),
];

export const harmNamed = (name: string): Harm => {
  const found = harms.find((harm) => harm.name === name);
  if (!found) throw new Error(`find harm ${JSON.stringify(name)}: there are ${harms.map((harm) => harm.name).join(', ')}`);
  return found;
};
