import type { ContainerCreateOptions, NetworkInspectInfo } from 'dockerode';
import { type ContainerId, Rejected, type ServiceName, type StackName } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import { LABELS } from '../../../apps/host-agent/docker/container-options.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';

/**
 * What a container's program does, by the last word of its image: `ok`, `slow` to begin, `crash` at start, `sick` for ever, `frail`: ends
 * once, `moody`: fails its health check now and then though it answers.
 */
type Nature = 'ok' | 'slow' | 'crash' | 'sick' | 'frail' | 'moody';

export interface SimulatedContainer {
  readonly name: ContainerId;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly address: string;
  readonly number: number;
  readonly isChecked: boolean;
  /** The run id of the agent that had it made while there was another agent beside it; null where there was none. */
  readonly rival: string | null;
  state: 'created' | 'running' | 'exited';
  runs: number;
  exitCode: number | null;
  oom: boolean;
  /** Virtual time from which it accepts connections; null while it never will. */
  readyAt: number | null;
  isMoody: boolean;
  /** Somebody called `stop`: it was not an accident. */
  wasStopped: boolean;
  hasBeenFrail: boolean;
}

/** One run of a container, for those who judge what is told of it. */
export interface Life {
  /** Among all of its engine, in their order. */
  readonly number: number;
  readonly container: ContainerId;
  readonly readyAt: number | null;
  hasEnded: boolean;
  wasUnwell: boolean;
}

interface Options {
  readonly host: string;
  readonly memoryBytes: number;
  readonly loop: Loop;
  readonly chance: Chance;
  readonly trace: Trace;
}

const SICK_MS = 5000;

/** The engine of one host: its containers outlive every agent. */
export class EngineMachine {
  readonly host: string;
  readonly memoryBytes: number;
  readonly loop: Loop;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly containers = new Map<ContainerId, SimulatedContainer>();
  /** Every run there ever was. */
  readonly lives = new Map<string, Life>();
  /** What it had against containers, in its words. */
  readonly refusals = new Set<string>();
  readonly removedByHand = new Set<ContainerId>();
  readonly watchers = new Map<Process, () => void>();
  /** Told of each container that is made. */
  onMade: (container: SimulatedContainer) => void = () => undefined;
  network: NetworkInspectInfo | null = null;
  mutations = 0;
  isAway = false;
  arePullsFailing = false;
  /** How often a call fails before it did anything, and how often after. */
  failures = 0;
  lostReplies = 0;
  slowness = 20;
  /** What its programs will do by themselves yet. */
  due = 0;
  /** It showed runs that were over. */
  wasHaunted = false;
  #ghosts: readonly ObservedContainer[] = [];
  #numbers = 0;

  constructor({ host, memoryBytes, loop, chance, trace }: Options) {
    this.host = host;
    this.memoryBytes = memoryBytes;
    this.loop = loop;
    this.chance = chance;
    this.trace = trace;
  }

  isReady(container: SimulatedContainer): boolean {
    return container.state === 'running' && container.readyAt !== null && this.loop.now >= container.readyAt;
  }

  at(address: string): SimulatedContainer | undefined {
    for (const each of this.containers.values()) if (each.address === address && each.state === 'running') return each;
    return undefined;
  }

  list(): readonly ObservedContainer[] {
    const haunted = new Set(this.#ghosts.map(({ container }) => container));
    return [...[...this.containers.values()].filter(({ name }) => !haunted.has(name)).map((each) => this.#observed(each)), ...this.#ghosts];
  }

  /** What runs now is shown as running from now on, whatever becomes of it. */
  haunt(): void {
    this.wasHaunted = true;
    this.#ghosts = [...this.containers.values()].filter(({ state }) => state === 'running').map((each) => this.#observed(each));
  }

  exorcise(): void {
    this.#ghosts = [];
    this.changed();
  }

  make({ name = '', Image = '', Labels = {}, NetworkingConfig, Healthcheck }: ContainerCreateOptions, rival: string | null): void {
    const address = Object.values(NetworkingConfig?.EndpointsConfig ?? {})[0]?.IPAMConfig?.IPv4Address ?? '';
    const holder = this.at(address);
    if (holder) throw this.refusal(`create container ${name}: address ${address} belongs to ${holder.name}`);
    this.trace.say(this.host, `create ${name} at ${address}`);
    const container: SimulatedContainer = {
      ...{ name: name as ContainerId, labels: Labels, image: Image, address, number: ++this.#numbers, state: 'created', runs: 0 },
      ...{ exitCode: null, oom: false, readyAt: null, wasStopped: false, hasBeenFrail: false, isMoody: false },
      ...{ rival, isChecked: Healthcheck !== undefined },
    };
    this.containers.set(container.name, container);
    this.onMade(container);
    this.changed();
  }

  run(container: SimulatedContainer): void {
    const nature = container.image.split(':').at(-1) as Nature;
    this.trace.say(this.host, `start ${container.name}`);
    container.runs++;
    Object.assign(container, { state: 'running', wasStopped: false, isMoody: false, oom: false });
    const boot = nature === 'slow' ? this.chance.between(3000, 9000) : this.chance.between(50, 1500);
    container.readyAt = nature === 'sick' ? null : this.loop.now + boot;
    const life = {
      number: this.lives.size,
      container: container.name,
      readyAt: container.readyAt,
      hasEnded: false,
      wasUnwell: nature === 'sick',
    };
    this.lives.set(this.runOf(container) ?? '', life);
    this.#live(container, nature, boot);
    this.changed();
  }

  end(container: SimulatedContainer, { exitCode, oom = false }: { readonly exitCode: number; readonly oom?: boolean }): void {
    if (container.state !== 'running') return;
    this.trace.say(this.host, `${container.name} ends with ${exitCode}${oom ? ', out of memory' : ''}`);
    const life = this.lives.get(this.runOf(container) ?? '');
    if (life) life.hasEnded = true;
    Object.assign(container, { state: 'exited', exitCode, oom, readyAt: null });
    this.changed();
  }

  removeByHand(container: SimulatedContainer): void {
    this.removedByHand.add(container.name);
    this.end(container, { exitCode: 137 });
    this.remove(container.name);
  }

  remove(name: ContainerId): void {
    this.trace.say(this.host, `remove ${name}`);
    this.containers.delete(name);
    this.changed();
  }

  runOf({ number, runs }: SimulatedContainer): string | null {
    return runs === 0 ? null : `${this.host}-${number}-${runs}`;
  }

  refusal(words: string): Rejected {
    this.refusals.add(words);
    return new Rejected(words);
  }

  /** Calls whoever watches, unless the engine is away: then nobody hears of it. */
  changed(): void {
    if (this.isAway) return;
    for (const [process, wake] of this.watchers) process.after(this.chance.between(1, 5), wake);
  }

  #live(container: SimulatedContainer, nature: Nature, boot: number): void {
    if (container.isChecked) this.#later(container, boot, () => this.changed());
    if (container.isChecked && nature === 'sick') this.#later(container, SICK_MS, () => this.#feel(container, true));
    if (nature === 'crash') this.#later(container, this.chance.between(20, 200), () => this.end(container, { exitCode: 3 }));
    if (nature === 'frail' && !container.hasBeenFrail) {
      container.hasBeenFrail = true;
      this.#later(container, this.chance.between(4000, 20_000), () => this.end(container, { exitCode: 1 }));
    }
    if (nature === 'moody' && container.runs === 1) {
      const from = boot + this.chance.between(2000, 15_000);
      this.#later(container, from, () => this.#feel(container, true));
      this.#later(container, from + this.chance.between(1000, 6000), () => this.#feel(container, false));
    }
  }

  #feel(container: SimulatedContainer, isMoody: boolean): void {
    container.isMoody = isMoody;
    const life = this.lives.get(this.runOf(container) ?? '');
    if (life && isMoody) life.wasUnwell = true;
    this.changed();
  }

  #later(container: SimulatedContainer, ms: number, call: () => void): void {
    const { runs } = container;
    this.due++;
    this.loop.after(ms, () => {
      this.due--;
      if (container.runs === runs && container.state === 'running') call();
    });
  }

  #observed(container: SimulatedContainer): ObservedContainer {
    const { labels, state } = container;
    return {
      container: container.name,
      stack: labels[LABELS.stack] as StackName,
      service: labels[LABELS.service] as ServiceName,
      version: Number(labels[LABELS.version]),
      fingerprint: labels[LABELS.spec] ?? '',
      state,
      engineId: `${this.host}-${container.number}`,
      run: this.runOf(container),
      image: container.image,
      address: container.address,
      pid: state === 'running' ? container.number : null,
      exitCode: state === 'exited' ? container.exitCode : null,
      oom: container.oom,
      check: container.isChecked && state === 'running' ? this.#check(container) : null,
    };
  }

  #check(container: SimulatedContainer): NonNullable<ObservedContainer['check']> {
    if (container.isMoody) return { status: 'unhealthy', message: 'connection refused', exitCode: 1 };
    return { status: this.isReady(container) ? 'healthy' : 'starting', message: '', exitCode: null };
  }
}
