import { type ContainerId, compareGenerations, type DoorsPart, type StackName, Transient } from '#libs/contracts';
import { HostProxy, type ProxyLevel } from '../../../apps/host-agent/ports.ts';
import type { Process } from '../world/process.ts';
import type { HostMachine, Surroundings } from './host-machine.ts';

const PATIENCE_MS = 5000;

/** The proxy of a host as its agent reaches it. */
export class SimulatedProxy extends HostProxy {
  readonly #process: Process;
  readonly #machine: HostMachine;
  readonly #around: Surroundings;

  constructor(process: Process, machine: HostMachine, around: Surroundings) {
    super();
    this.#process = process;
    this.#machine = machine;
    this.#around = around;
  }

  override ensureRunning(): Promise<void> {
    return this.#process.ask(1, 1, () => undefined);
  }

  /** A higher generation wins, as with the real one; no parts at all say that nothing was told yet. */
  override apply(parts: readonly DoorsPart[]): Promise<readonly ProxyLevel[]> {
    const { chance } = this.#around;
    return this.#ask(chance.between(1, 30), () => {
      if (parts.length === 0) return [];
      this.#serve(parts);
      const { live } = this.#machine;
      return parts.map(({ stack, drafts }) => {
        const served = live.get(stack);
        return {
          stack,
          drafts: drafts.map((draft) => ({ draft: draft.draft, refused: this.#verdict(draft) })),
          doors: served ? { generation: served.generation, since: served.since } : null,
        };
      });
    });
  }

  override busy(): Promise<Readonly<Record<StackName, readonly ContainerId[]>>> {
    return this.#ask(1, () => {
      const busy: Record<StackName, ContainerId[]> = {};
      for (const [container, { stack, count }] of this.#machine.flights) {
        const endpoints = Object.values(this.#machine.live.get(stack)?.endpoints ?? {}).flat();
        const isNamed = endpoints.some((each) => each.container === container);
        if (count > 0 && !isNamed) busy[stack] = [...(busy[stack] ?? []), container];
      }
      return busy;
    });
  }

  /** One that is silent drops what it is asked, and who asks gives up after a while. */
  #ask<T>(there: number, work: () => T): Promise<T> {
    const { isProxySilent } = this.#machine;
    return this.#process.ask(isProxySilent ? PATIENCE_MS : there, 1, () => {
      if (!isProxySilent) return work();
      this.#around.trace.sometimes('proxy: dropped a call');
      throw new Transient('ask the proxy: it does not answer');
    });
  }

  #serve(parts: readonly DoorsPart[]): void {
    const { live, host } = this.#machine;
    const { loop, trace } = this.#around;
    for (const { stack, live: told } of parts) {
      const known = live.get(stack);
      if (!told || (known && compareGenerations(known.generation, told.generation) >= 0)) continue;
      live.set(stack, { ...told, since: loop.now });
      trace.say(host, `proxy serves ${stack} ${told.generation.incarnation}.${told.generation.position}`);
    }
    for (const stack of live.keys()) if (!parts.some((part) => part.stack === stack)) live.delete(stack);
  }

  #verdict({ draft, endpoints }: DoorsPart['drafts'][number]): string | null {
    const { refusals, refuses } = this.#machine;
    const { chance, trace, isReadyAt } = this.#around;
    const known = refusals.get(draft);
    if (known !== undefined) return known;
    const unreachable = Object.values(endpoints)
      .flat()
      .find(({ address }) => !isReadyAt(address));
    if (unreachable) return `${unreachable.address} does not answer`;
    if (!chance.happens(refuses)) return null;
    trace.sometimes('proxy: refused a draft');
    refusals.set(draft, 'host not found in upstream');
    return 'host not found in upstream';
  }
}
