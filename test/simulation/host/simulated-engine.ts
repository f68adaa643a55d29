import type { ContainerCreateOptions, NetworkCreateOptions, NetworkInspectInfo } from 'dockerode';
import { type Capacity, type ContainerId, Rejected, type ServiceName, type StackName, Transient } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import { LABELS } from '../../../apps/host-agent/docker/container-options.ts';
import { Engine } from '../../../apps/host-agent/ports.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';

/** What a container's program does, by the last word of its image: `ok`, `slow`, `crash` at start, `sick` for ever, `frail`: ends once. */
type Nature = 'ok' | 'slow' | 'crash' | 'sick' | 'frail';

export interface SimulatedContainer {
  readonly name: ContainerId;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly address: string;
  readonly number: number;
  state: 'created' | 'running' | 'exited';
  runs: number;
  exitCode: number | null;
  /** Virtual time from which it accepts connections; null while it never will. */
  readyAt: number | null;
  /** Somebody called `stop`: it was not an accident. */
  wasStopped: boolean;
  hasBeenFrail: boolean;
}

/** The engine of one host: its containers outlive every agent. */
export class EngineMachine {
  readonly host: string;
  readonly loop: Loop;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly containers = new Map<ContainerId, SimulatedContainer>();
  readonly watchers = new Map<Process, () => void>();
  network: NetworkInspectInfo | null = null;
  mutations = 0;
  isAway = false;
  /** How often a call fails before it did anything, and how often after. */
  failures = 0;
  lostReplies = 0;
  slowness = 20;
  /** Containers that will end by themselves. */
  endsDue = 0;
  #numbers = 0;

  constructor(host: string, loop: Loop, chance: Chance, trace: Trace) {
    this.host = host;
    this.loop = loop;
    this.chance = chance;
    this.trace = trace;
  }

  isReady(container: SimulatedContainer): boolean {
    return container.state === 'running' && container.readyAt !== null && this.loop.now >= container.readyAt;
  }

  at(address: string): SimulatedContainer | undefined {
    return [...this.containers.values()].find((each) => each.address === address && each.state === 'running');
  }

  make({ name = '', Image = '', Labels = {}, NetworkingConfig }: ContainerCreateOptions): void {
    const address = Object.values(NetworkingConfig?.EndpointsConfig ?? {})[0]?.IPAMConfig?.IPv4Address ?? '';
    const holder = this.at(address);
    if (holder) throw new Rejected(`create container ${name}: address ${address} belongs to ${holder.name}`);
    this.trace.say(this.host, `create ${name} at ${address}`);
    this.containers.set(name as ContainerId, {
      ...{ name: name as ContainerId, labels: Labels, image: Image, address, number: ++this.#numbers, state: 'created', runs: 0 },
      ...{ exitCode: null, readyAt: null, wasStopped: false, hasBeenFrail: false },
    });
    this.changed();
  }

  run(container: SimulatedContainer): void {
    const nature = container.image.split(':').at(-1) as Nature;
    this.trace.say(this.host, `start ${container.name}`);
    container.state = 'running';
    container.runs++;
    container.wasStopped = false;
    const boot = nature === 'slow' ? this.chance.between(3000, 9000) : this.chance.between(50, 1500);
    container.readyAt = nature === 'sick' ? null : this.loop.now + boot;
    if (nature === 'crash') this.#endLater(container, this.chance.between(20, 200), 3);
    if (nature === 'frail' && !container.hasBeenFrail) {
      container.hasBeenFrail = true;
      this.#endLater(container, this.chance.between(4000, 20_000), 1);
    }
    this.changed();
  }

  end(container: SimulatedContainer, exitCode: number): void {
    if (container.state !== 'running') return;
    this.trace.say(this.host, `${container.name} ends with ${exitCode}`);
    Object.assign(container, { state: 'exited', exitCode, readyAt: null });
    this.changed();
  }

  /** Calls whoever watches, unless the engine is away: then nobody hears of it. */
  changed(): void {
    if (this.isAway) return;
    for (const [process, wake] of this.watchers) process.after(this.chance.between(1, 5), wake);
  }

  #endLater(container: SimulatedContainer, ms: number, exitCode: number): void {
    const { runs } = container;
    this.endsDue++;
    this.loop.after(ms, () => {
      this.endsDue--;
      if (container.runs === runs) this.end(container, exitCode);
    });
  }
}

/** The engine as one agent reaches it. */
export class SimulatedEngine extends Engine {
  readonly #process: Process;
  readonly #machine: EngineMachine;

  constructor(process: Process, machine: EngineMachine) {
    super();
    this.#process = process;
    this.#machine = machine;
  }

  override info(): Promise<{ readonly engine: string; readonly capacity: Capacity }> {
    return this.#ask(() => ({ engine: 'simulated', capacity: { milliCpus: 4000, memoryBytes: 2 ** 33 } }));
  }

  override list(): Promise<readonly ObservedContainer[]> {
    return this.#ask(() => [...this.#machine.containers.values()].map((each) => observed(each, this.#machine)));
  }

  override ensureImage(image: string): Promise<void> {
    return this.#ask(() => {
      if (image.endsWith(':missing')) throw new Rejected(`pull image ${image}: there is no such image`);
    });
  }

  override create(options: ContainerCreateOptions): Promise<void> {
    return this.#mutate('create', () => {
      if (!this.#machine.containers.has(options.name as ContainerId)) this.#machine.make(options);
    });
  }

  override start(name: ContainerId): Promise<void> {
    return this.#mutate('start', () => {
      const container = this.#machine.containers.get(name);
      if (!container) throw new Rejected(`start container ${name}: there is none`);
      if (container.state !== 'running') this.#machine.run(container);
    });
  }

  override stop(name: ContainerId, graceMs: number): Promise<void> {
    const container = this.#machine.containers.get(name);
    if (container) container.wasStopped = true;
    const takes = this.#machine.chance.between(10, Math.max(10, Math.min(graceMs, 2000)));
    return this.#mutate(
      'stop',
      () => {
        if (container) this.#machine.end(container, 143);
      },
      takes,
    );
  }

  override remove(name: ContainerId): Promise<void> {
    return this.#mutate('remove', () => {
      const container = this.#machine.containers.get(name);
      if (!container || container.state === 'running') return;
      this.#machine.trace.say(this.#machine.host, `remove ${name}`);
      this.#machine.containers.delete(name);
      this.#machine.changed();
    });
  }

  override tail(): Promise<string> {
    return this.#ask(() => 'last words\n');
  }

  override network(): Promise<NetworkInspectInfo | null> {
    return this.#ask(() => this.#machine.network);
  }

  override createNetwork({ Name = '', IPAM, Options }: NetworkCreateOptions): Promise<void> {
    return this.#mutate('create network', () => {
      this.#machine.network = { Name, IPAM, Options } as unknown as NetworkInspectInfo;
    });
  }

  override watch(changed: () => void): { stop(): Promise<void> } {
    this.#machine.watchers.set(this.#process, changed);
    return {
      stop: async () => {
        this.#machine.watchers.delete(this.#process);
      },
    };
  }

  #ask<T>(work: () => T): Promise<T> {
    const machine = this.#machine;
    return this.#process.ask(machine.chance.between(1, machine.slowness), 1, () => {
      if (machine.isAway) throw new Transient('reach the engine: it is away');
      return work();
    });
  }

  #mutate(what: string, work: () => void, takes = 0): Promise<void> {
    const machine = this.#machine;
    const fails = machine.chance.happens(machine.failures);
    const isReplyLost = machine.chance.happens(machine.lostReplies);
    machine.mutations++;
    return this.#process.ask(takes + machine.chance.between(2, machine.slowness), 1, () => {
      if (machine.isAway || fails) throw new Transient(`${what}: the engine did not answer`);
      work();
      if (!isReplyLost) return;
      machine.trace.sometimes(`engine: reply to ${what} lost`);
      throw new Transient(`${what}: the answer got lost`);
    });
  }
}

const observed = (container: SimulatedContainer, machine: EngineMachine): ObservedContainer => {
  const { labels, state } = container;
  return {
    container: container.name,
    stack: labels[LABELS.stack] as StackName,
    service: labels[LABELS.service] as ServiceName,
    version: Number(labels[LABELS.version]),
    fingerprint: labels[LABELS.spec] ?? '',
    state,
    engineId: `${machine.host}-${container.number}`,
    run: container.runs === 0 ? null : `${machine.host}-${container.number}-${container.runs}`,
    image: container.image,
    address: container.address,
    pid: state === 'running' ? container.number : null,
    exitCode: state === 'exited' ? container.exitCode : null,
    oom: false,
    check: null,
  };
};
