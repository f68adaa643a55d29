import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostId } from '#libs/contracts';
import { answering, ask } from './answering.ts';
import { Daemon } from './daemon.ts';
import type { Lan } from './lan.ts';
import { MARK, namesOf } from './names.ts';
import { type Place, placeOf } from './place.ts';
import { must, until } from './programs.ts';
import type { Route } from './ranges.ts';
import type { Relay } from './relay.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const HEALTH_PORT = 7079;

export interface HostPlan {
  readonly fleet: string;
  readonly id: HostId;
  /** From 1. */
  readonly index: number;
  readonly lan: Lan;
  /** Range of its containers. */
  readonly pool: string;
  /** The other hosts' containers. */
  readonly routes: readonly Route[];
  /** Called before its first boot; gives back the socket of the engine that its agent is told. */
  readonly equip?: (place: Place) => Promise<string>;
}

export const parts = ['agent', 'engine', 'nginx', 'resolver'] as const;
export type Part = (typeof parts)[number];
export const cuts = ['both', 'in', 'out'] as const;
export type Cut = (typeof cuts)[number];

/** A host's way to the broker. */
export interface Way {
  readonly relay: Relay;
  /** Of the broker, through the relay, as the user of the host's agent. */
  readonly url: string;
}

/** A machine with an engine, an agent, Nginx and a resolver, made of namespaces. Its folder is its disk. */
export class Host {
  readonly id: HostId;
  readonly dir: string;
  readonly address: string;
  /** Of its engine. */
  readonly socket: string;
  readonly home: string;
  readonly #plan: HostPlan;
  #way: Way | null = null;
  #engineSeen: string | null = null;
  #init: Daemon | null = null;
  #engine: Daemon | null = null;
  #agent: Daemon | null = null;
  #troubles = new Set<string>();

  constructor(plan: HostPlan) {
    this.#plan = plan;
    this.id = plan.id;
    const place = placeOf(plan.fleet, plan.id);
    this.dir = place.dir;
    this.socket = place.engine;
    this.home = join(this.dir, 'home');
    this.address = plan.lan.addressOf(plan.index);
    for (const folder of ['data', 'home/agent']) mkdirSync(join(this.dir, folder), { recursive: true });
  }

  get isOn(): boolean {
    return this.#init?.isRunning ?? false;
  }

  /** What was done to it and not healed, in words. */
  get troubles(): readonly string[] {
    return [...(this.isOn ? [] : ['off']), ...this.#troubles];
  }

  /** Power on: the namespaces and the engine. The agent is started by itself, once images are there. */
  async boot(): Promise<void> {
    const { lan, id, index, routes, equip } = this.#plan;
    this.#engineSeen ??= (await equip?.(placeOf(this.#plan.fleet, id))) ?? this.socket;
    await lan.plug(id, index);
    this.#init = new Daemon({
      command: [
        ...['nsenter', `--net=/run/netns/${this.#space}`, 'unshare', '-muip', '-f', '--mount-proc', '--kill-child'],
        ...['--', 'sh', INIT, id, this.dir],
      ],
      env: this.#env,
      log: join(this.dir, 'init.log'),
    });
    for (const { pool, via } of routes) await must('ip', '-n', this.#space, 'route', 'add', pool, 'via', via);
    await this.startEngine();
  }

  async startEngine(): Promise<void> {
    const [pidFile, log] = [join(this.dir, 'engine.pid'), join(this.dir, 'engine.log')];
    // It names a process of the namespace before, or another one of this number.
    rmSync(pidFile, { force: true });
    await this.#booted();
    this.#engine = await this.#inside(log, [
      ...['dockerd', '--host', `unix://${this.socket}`, '--data-root', join(this.dir, 'data'), '--exec-root', '/run/docker'],
      ...['--pidfile', pidFile, '--cgroup-parent', `/${this.#space}`, '--exec-opt', 'native.cgroupdriver=cgroupfs'],
      // No rules of its own: the hosts route to each other's containers, which must be seen with their own addresses.
      ...['--bridge=none', '--iptables=false', '--ip-masq=false', '--userland-proxy=false', '--live-restore'],
      ...['--shutdown-timeout', '1', '--log-level', 'warn'],
    ]);
    await answering(`the engine of ${this.id}`, this.#engine, log, { socketPath: this.socket, path: '/_ping' });
  }

  /** From now on its agent can be started. */
  connect(way: Way): void {
    this.#way = way;
  }

  async startAgent(): Promise<void> {
    if (!this.#way) throw new Error(`start the agent of ${this.id}: it has no way to the broker`);
    const log = join(this.dir, 'agent.log');
    const env = {
      ...{ BERTH_HOME: this.home, BERTH_HOST: this.id, BERTH_TAGS: this.id, BERTH_POOL: this.#plan.pool },
      ...{ BERTH_ENGINE: this.#engineSeen ?? this.socket, BERTH_AMQP_URL: this.#way.url },
      // Never this machine: `npm run hosts -- reboot` does it from outside.
      BERTH_REBOOT_COMMAND: 'false',
      BERTH_HEALTH: `${this.address}:${HEALTH_PORT}`,
    };
    this.#agent = await this.#inside(log, [process.execPath, join(ROOT, 'dist/apps/host-agent/main.js')], env);
    await answering(`the agent of ${this.id}`, this.#agent, log, { host: this.address, port: HEALTH_PORT, path: '/healthz' });
  }

  /** Takes images out of a file of `docker save`. */
  async load(file: string): Promise<void> {
    await must('docker', '-H', `unix://${this.socket}`, 'load', '--quiet', '--input', file);
  }

  async docker(...args: readonly string[]): Promise<string> {
    return must('docker', '-H', `unix://${this.socket}`, ...args);
  }

  /** `in`: nothing reaches it; `out`: nothing leaves it. */
  async cut(direction: Cut): Promise<void> {
    if (direction === 'both') await this.#plan.lan.setLink(this.#plan.index, 'down');
    else await this.#netns('iptables', '-t', 'mangle', '-A', ...(direction === 'in' ? DROP_IN : DROP_OUT));
    this.#troubles.add(direction === 'both' ? 'cut' : `cut ${direction}`);
  }

  /** All packets to it where the kernel can; else what its agent says and hears. Gives back which. */
  async slow(milliseconds: number): Promise<'packets' | 'mail'> {
    const isByKernel = await this.#plan.lan.delay(this.#plan.index, milliseconds);
    if (!isByKernel && this.#way) this.#way.relay.delayMs = milliseconds;
    this.#troubles.add(`slow by ${milliseconds} ms`);
    return isByKernel ? 'packets' : 'mail';
  }

  /** Power off at once, or the end of one part. */
  async kill(part?: Part): Promise<void> {
    if (part === undefined) await this.#init?.end('SIGKILL');
    else if (part === 'agent') await this.#agent?.end('SIGKILL');
    else if (part === 'engine') await this.#engine?.end('SIGKILL');
    else await this.#enter('kill', '-9', String(await this.#pidOf(part)));
    if (part === 'agent' || part === 'engine') this.#troubles.add(`no ${part}`);
  }

  /** Stops or wakes a part without ending it. */
  freeze(part: 'agent' | 'engine', isFrozen: boolean): void {
    const daemon = part === 'agent' ? this.#agent : this.#engine;
    daemon?.signal(isFrozen ? 'SIGSTOP' : 'SIGCONT');
    if (isFrozen) this.#troubles.add(`frozen ${part}`);
    else this.#troubles.delete(`frozen ${part}`);
  }

  /** Every process of it dies at once; its disk stays. */
  async reboot(): Promise<void> {
    if (this.isOn) await this.kill();
    await this.#plan.lan.unplug(this.id, this.#plan.index);
    await this.boot();
    await this.startAgent();
    this.#troubles = new Set();
  }

  /** Undoes whatever was done to it. */
  async heal(): Promise<void> {
    const { lan, index } = this.#plan;
    if (this.#way) this.#way.relay.delayMs = 0;
    await lan.undelay(index);
    if (!this.isOn) return this.reboot();
    await lan.setLink(index, 'up');
    // Nobody else writes into this table.
    await this.#netns('iptables', '-t', 'mangle', '-F');
    for (const part of ['agent', 'engine'] as const) this.freeze(part, false);
    if (!this.#engine?.isRunning) await this.startEngine();
    if (!this.#agent?.isRunning) await this.startAgent();
    this.#troubles = new Set();
  }

  /** Everything but its disk. */
  async remove(): Promise<void> {
    await this.kill();
    await this.#plan.lan.unplug(this.id, this.#plan.index);
  }

  get #space(): string {
    return namesOf(this.#plan.fleet).host(this.id);
  }

  get #env() {
    return { PATH: process.env.PATH ?? '', HOME: this.dir, [MARK]: namesOf(this.#plan.fleet).dir };
  }

  async #netns(...command: readonly string[]): Promise<void> {
    await must('ip', 'netns', 'exec', this.#space, ...command);
  }

  async #enter(...command: readonly string[]): Promise<string> {
    const init = this.#init?.inner;
    if (!init) throw new Error(`enter ${this.id}: it is off`);
    return must('nsenter', '-t', String(init), '-a', '--wd=/', ...command);
  }

  async #inside(log: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    const init = this.#init?.inner;
    if (!init) throw new Error(`start ${command[0]} in ${this.id}: the host is off`);
    const daemon = new Daemon({ command: ['nsenter', '-t', String(init), '-a', '--wd=/', ...command], env: { ...this.#env, ...env }, log });
    await daemon.forked();
    return daemon;
  }

  /** Its first process has mounted everything when it became `docker-init`. */
  async #booted(): Promise<void> {
    const init = this.#init;
    if (!init) throw new Error(`boot ${this.id}: nothing was started`);
    const isInit = (): boolean => init.inner !== null && readFileSync(`/proc/${init.inner}/cmdline`, 'utf8').startsWith('docker-init');
    await until(`${this.id} to boot (${this.dir}/init.log)`, 20, () => isInit() || !init.isRunning);
    if (!init.isRunning) throw new Error(`boot ${this.id}: ${readFileSync(join(this.dir, 'init.log'), 'utf8')}`);
  }

  /** As the host numbers it. */
  async #pidOf(part: 'nginx' | 'resolver'): Promise<number> {
    if (part === 'resolver') {
      const state = await ask({ socketPath: join(this.home, 'run/resolver.sock'), path: '/state' });
      return (JSON.parse(state.text) as { pid: number }).pid;
    }
    const [file] = globSync(`${this.home}/nginx/**/*.pid`);
    if (!file) throw new Error(`find nginx of ${this.id}: it has written no pid`);
    return Number(readFileSync(file, 'utf8'));
  }
}

const INIT = join(import.meta.dirname, 'init.sh');
/** Of the host and of its containers: in this table both pass here. */
const DROP_IN = ['PREROUTING', '-i', 'eth0', '-j', 'DROP'];
const DROP_OUT = ['POSTROUTING', '-o', 'eth0', '-j', 'DROP'];
