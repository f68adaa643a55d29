import {
  type ContainerId,
  compareGenerations,
  type DoorsPart,
  type EventId,
  type HostId,
  type NamesPart,
  type StackName,
} from '#libs/contracts';
import { emptyTables, type Tables, withCallers, withPart } from '#libs/domain/naming';
import { Agent } from '../../../apps/host-agent/agent.ts';
import {
  type CallerTable,
  Disk,
  HostProxy,
  HostResolver,
  type NamesLevel,
  type ProxyLevel,
  Sockets,
} from '../../../apps/host-agent/ports.ts';
import { type PostOffice, SimulatedMail } from '../control/post-office.ts';
import type { Chance } from '../world/chance.ts';
import { MachineTime, SimulatedClock } from '../world/clock.ts';
import { SimulatedIds } from '../world/ids.ts';
import type { Loop } from '../world/loop.ts';
import { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import { EngineMachine, SimulatedEngine } from './simulated-engine.ts';

const ZONE = 'berth.internal';

export interface Surroundings {
  readonly loop: Loop;
  readonly office: PostOffice;
  readonly chance: Chance;
  readonly ids: (concern: string) => SimulatedIds;
  readonly trace: Trace;
  /** The container that runs at an address of the container network, wherever it is. */
  readonly isReadyAt: (address: string) => boolean;
}

/** One host: its disk, engine, proxy and resolver outlive its agent. */
export class HostMachine {
  readonly host: HostId;
  readonly engine: EngineMachine;
  readonly time = new MachineTime();
  readonly files = new Map<string, string>();
  readonly refusals = new Map<EventId, string>();
  /** How often a proxy refuses a draft. */
  refuses = 0;
  live = new Map<StackName, NonNullable<DoorsPart['live']> & { readonly since: number }>();
  /** What the resolver answers by, and what that was made of. */
  tables: Tables = emptyTables(ZONE, null);
  names: readonly NamesPart[] = [];
  agent: Process | null = null;
  /** Requests under way through this proxy, by container. */
  readonly flights = new Map<ContainerId, { stack: StackName; count: number }>();
  /** Connections held by other containers: by the container's address those of its callers. */
  readonly connections = new Map<string, string[]>();
  readonly #number: number;
  readonly #around: Surroundings;
  #starts = 0;

  constructor(number: number, around: Surroundings) {
    this.#number = number;
    this.#around = around;
    this.host = `h${number}` as HostId;
    this.engine = new EngineMachine(this.host, around.loop, around.chance, around.trace);
  }

  /** Starts the agent, again and again until it can. */
  startAgent(tags: readonly string[]): void {
    const { loop, office, ids, trace } = this.#around;
    const process = new Process(`agent ${this.host}`, loop);
    this.agent = process;
    const clock = new SimulatedClock(process, this.time);
    const mail = new SimulatedMail(process, this.host, office);
    const agent = new Agent({
      ...{ mail, clock, ids: ids(`agent ${this.host} ${++this.#starts}`) },
      engine: new SimulatedEngine(process, this.engine),
      disk: new SimulatedDisk(process, this.files, this.#around.chance),
      sockets: new SimulatedSockets(process, this, this.#around),
      proxy: new SimulatedProxy(process, this, this.#around),
      resolver: new SimulatedResolver(process, this, this.#around),
      report: (problem, cause) => trace.say(process.name, `${problem}: ${String(cause)}`),
      settings: {
        ...{ home: '/berth', host: this.host, tags, engineSocket: '', bridge: 'berth0', zone: ZONE, proxy: true },
        pool: `10.64.${this.#number * 16}.0/20`,
      },
    });
    const start = async (): Promise<void> => {
      await agent.prepare();
      await mail.receive(`host/${this.host}`, (message) => agent.take(message));
      agent.start();
      trace.say(process.name, 'starts');
    };
    start().catch((cause: unknown) => {
      trace.say(process.name, `could not start: ${String(cause)}`);
      process.kill();
      loop.after(1000, () => {
        if (this.agent === process) this.startAgent(tags);
      });
    });
  }

  killAgent(): void {
    this.agent?.kill();
    this.agent = null;
    this.engine.watchers.clear();
  }

  /** Everything on it ends at once; what is on disk stays. */
  crash(): void {
    this.killAgent();
    for (const container of this.engine.containers.values()) this.engine.end(container, 137);
    this.flights.clear();
    this.connections.clear();
  }
}

class SimulatedDisk extends Disk {
  readonly #process: Process;
  readonly #files: Map<string, string>;
  readonly #chance: Chance;

  constructor(process: Process, files: Map<string, string>, chance: Chance) {
    super();
    this.#process = process;
    this.#files = files;
    this.#chance = chance;
  }

  override read(path: string): Promise<string | null> {
    return this.#process.ask(1, 0, () => this.#files.get(path) ?? null);
  }

  override write(path: string, text: string): Promise<void> {
    return this.#process.ask(this.#chance.between(1, 5), this.#chance.between(0, 3), () => void this.#files.set(path, text));
  }
}

class SimulatedSockets extends Sockets {
  readonly #process: Process;
  readonly #machine: HostMachine;
  readonly #around: Surroundings;

  constructor(process: Process, machine: HostMachine, around: Surroundings) {
    super();
    this.#process = process;
    this.#machine = machine;
    this.#around = around;
  }

  override refusalOf(address: string): Promise<string | null> {
    return this.#process.ask(1, 1, () => (this.#around.isReadyAt(address) ? null : 'ECONNREFUSED'));
  }

  override peersOf(pid: number): Promise<readonly string[] | null> {
    return this.#process.ask(1, 1, () => {
      const container = [...this.#machine.engine.containers.values()].find((each) => each.number === pid && each.state === 'running');
      return container ? (this.#machine.connections.get(container.address) ?? []) : null;
    });
  }
}

class SimulatedProxy extends HostProxy {
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

  /** A higher generation wins, as with the real one. */
  override apply(parts: readonly DoorsPart[]): Promise<readonly ProxyLevel[]> {
    const { chance, trace, isReadyAt } = this.#around;
    return this.#process.ask(chance.between(1, 30), 1, () => {
      if (parts.length === 0) return [];
      const { live, host } = this.#machine;
      for (const { stack, live: told } of parts) {
        const known = live.get(stack);
        if (!told || (known && compareGenerations(known.generation, told.generation) >= 0)) continue;
        live.set(stack, { ...told, since: this.#around.loop.now });
        trace.say(host, `proxy serves ${stack} ${told.generation.incarnation}.${told.generation.position}`);
      }
      for (const stack of live.keys()) if (!parts.some((part) => part.stack === stack)) live.delete(stack);
      return parts.map(({ stack, drafts }) => {
        const served = live.get(stack);
        return {
          stack,
          drafts: drafts.map(({ draft, endpoints }) => ({
            draft,
            refused: this.#verdict(draft, Object.values(endpoints).flat(), isReadyAt),
          })),
          doors: served ? { generation: served.generation, since: served.since } : null,
        };
      });
    });
  }

  override busy(): Promise<Readonly<Record<StackName, readonly ContainerId[]>>> {
    return this.#process.ask(1, 1, () => {
      const busy: Record<StackName, ContainerId[]> = {};
      for (const [container, { stack, count }] of this.#machine.flights) {
        const named = Object.values(this.#machine.live.get(stack)?.endpoints ?? {}).some((list) =>
          list.some((each) => each.container === container),
        );
        if (count > 0 && !named) busy[stack] = [...(busy[stack] ?? []), container];
      }
      return busy;
    });
  }

  #verdict(draft: EventId, endpoints: readonly { readonly address: string }[], isReadyAt: (address: string) => boolean): string | null {
    const { refusals, refuses } = this.#machine;
    const known = refusals.get(draft);
    if (known !== undefined) return known;
    const unreachable = endpoints.find(({ address }) => !isReadyAt(address));
    if (unreachable) return `${unreachable.address} does not answer`;
    if (!this.#around.chance.happens(refuses)) return null;
    this.#around.trace.sometimes('proxy: refused a draft');
    refusals.set(draft, 'host not found in upstream');
    return 'host not found in upstream';
  }
}

class SimulatedResolver extends HostResolver {
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

  override registerCallers(callers: CallerTable): Promise<void> {
    return this.#process.ask(1, 1, () => {
      this.#machine.tables = withCallers(this.#machine.tables, callers);
    });
  }

  override apply(parts: readonly NamesPart[]): Promise<readonly NamesLevel[]> {
    return this.#process.ask(this.#around.chance.between(1, 10), 1, () => {
      const { tables } = this.#machine;
      const callers = { ...emptyTables(ZONE, null), callers: tables.callers };
      this.#machine.names = parts;
      this.#machine.tables = parts.reduce(withPart, callers);
      return parts.map(({ stack, generation }) => ({ stack, generation }));
    });
  }
}
