import type { ContainerCreateOptions, NetworkCreateOptions, NetworkInspectInfo } from 'dockerode';
import { type Capacity, type ContainerId, Transient } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import { Engine } from '../../../apps/host-agent/ports.ts';
import type { Process } from '../world/process.ts';
import type { EngineMachine } from './engine-machine.ts';

/** The engine as one agent reaches it. */
export class SimulatedEngine extends Engine {
  readonly #process: Process;
  readonly #machine: EngineMachine;
  readonly #rival: () => string | null;

  /** `rival`: the run id of its agent while there is another one beside it, else null. */
  constructor(process: Process, machine: EngineMachine, rival: () => string | null) {
    super();
    this.#process = process;
    this.#machine = machine;
    this.#rival = rival;
  }

  override info(): Promise<{ readonly engine: string; readonly capacity: Capacity }> {
    return this.#ask(() => ({ engine: 'simulated', capacity: { milliCpus: 4000, memoryBytes: this.#machine.memoryBytes } }));
  }

  override list(): Promise<readonly ObservedContainer[]> {
    return this.#ask(() => this.#machine.list());
  }

  override ensureImage(image: string): Promise<void> {
    return this.#ask(() => {
      if (this.#machine.arePullsFailing) throw new Transient(`pull image ${image}: the registry does not answer`);
      if (image.endsWith(':missing')) throw this.#machine.refusal(`pull image ${image}: there is no such image`);
    });
  }

  override create(options: ContainerCreateOptions): Promise<void> {
    return this.#mutate('create', () => {
      if (!this.#machine.containers.has(options.name as ContainerId)) this.#machine.make(options, this.#rival());
    });
  }

  override start(name: ContainerId): Promise<void> {
    return this.#mutate('start', () => {
      const container = this.#machine.containers.get(name);
      if (!container) throw this.#machine.refusal(`start container ${name}: there is none`);
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
        if (container) this.#machine.end(container, { exitCode: 143 });
      },
      takes,
    );
  }

  override remove(name: ContainerId): Promise<void> {
    return this.#mutate('remove', () => {
      const container = this.#machine.containers.get(name);
      if (!container || container.state === 'running') return;
      this.#machine.remove(name);
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
