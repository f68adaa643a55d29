import type { ContainerId, DoorsPart, EventId, HostId, NamesPart, StackName } from '#libs/contracts';
import { Agent } from '../../../apps/host-agent/agent.ts';
import { LiveTables } from '../../../apps/host-agent/resolver/live-tables.ts';
import { type PostOffice, SimulatedMail } from '../control/post-office.ts';
import type { HostPlan } from '../plan/plan.ts';
import type { Chance } from '../world/chance.ts';
import { MachineTime, SimulatedClock } from '../world/clock.ts';
import type { SimulatedIds } from '../world/ids.ts';
import type { Loop } from '../world/loop.ts';
import { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import { EngineMachine } from './engine-machine.ts';
import { MachineDisk, SimulatedDisk } from './machine-disk.ts';
import { SimulatedEngine } from './simulated-engine.ts';
import { SimulatedProxy } from './simulated-proxy.ts';
import { SimulatedResolver } from './simulated-resolver.ts';
import { SimulatedSockets } from './simulated-sockets.ts';

const ZONE = 'berth.internal';
const POOL = { base: 0x0a400000, mask: 0xffc00000 };
const AGAIN_MS = 1000;

export interface Surroundings {
  readonly loop: Loop;
  readonly office: PostOffice;
  readonly chance: Chance;
  readonly ids: (concern: string) => SimulatedIds;
  readonly trace: Trace;
  /** The container that runs at an address of the container network, wherever it is, accepts connections. */
  readonly isReadyAt: (address: string) => boolean;
}

/** One host: its disk, engine, proxy and resolver outlive its agent. */
export class HostMachine {
  readonly host: HostId;
  readonly engine: EngineMachine;
  readonly disk: MachineDisk;
  readonly time = new MachineTime();
  readonly refusals = new Map<EventId, string>();
  /** How often its proxy refuses a draft. */
  refuses = 0;
  isProxySilent = false;
  tags: readonly string[];
  readonly live = new Map<StackName, NonNullable<DoorsPart['live']> & { readonly since: number }>();
  /** What the resolver answers by, and what that was made of. */
  readonly answering = new LiveTables(ZONE, POOL);
  readonly names = new Map<StackName, NamesPart>();
  agent: Process | null = null;
  /** Agents that live beside the newest one, and know nothing of it. */
  rivals = 0;
  /** For good, and nobody will start it again. */
  isGone = false;
  /** Requests under way through this proxy, by container. */
  readonly flights = new Map<ContainerId, { stack: StackName; count: number }>();
  /** Connections held by other containers: by the container's address those of its callers. */
  readonly connections = new Map<string, string[]>();
  readonly #number: number;
  readonly #group: string | null;
  readonly #around: Surroundings;
  #starts = 0;
  #ids: SimulatedIds | null = null;

  constructor({ host, number, tags, group, memoryBytes }: HostPlan, around: Surroundings) {
    this.#group = group;
    this.#number = number;
    this.#around = around;
    this.host = host;
    this.tags = tags;
    this.disk = new MachineDisk(around.loop);
    this.engine = new EngineMachine({ host, memoryBytes, ...around });
  }

  /** By which the newest agent says who it is. */
  get runId(): string | null {
    return this.#ids?.newestRun ?? null;
  }

  /** Starts the agent, again and again until it can. */
  startAgent(): void {
    if (this.isGone) return;
    const { loop, office, trace } = this.#around;
    const process = new Process(`agent ${this.host}`, loop);
    this.agent = process;
    const mail = new SimulatedMail(process, this.host, office);
    const agent = this.#agent(process, mail);
    const start = async (): Promise<void> => {
      await agent.prepare();
      await mail.receive(`host/${this.host}`, (message) => agent.take(message));
      agent.start();
      trace.say(process.name, 'starts');
    };
    start().catch((cause: unknown) => {
      trace.say(process.name, `could not start: ${String(cause)}`);
      trace.sometimes('agent: could not start');
      process.kill();
      loop.after(AGAIN_MS, () => {
        if (this.agent === process) this.startAgent();
      });
    });
  }

  killAgent(): void {
    this.agent?.kill();
    this.agent = null;
  }

  /** Everything on it ends at once; what is on disk stays. */
  crash(): void {
    this.killAgent();
    for (const container of this.engine.containers.values()) this.engine.end(container, { exitCode: 137 });
    this.flights.clear();
    this.connections.clear();
  }

  /** Never to be seen again. */
  vanish(): void {
    this.crash();
    this.isGone = true;
  }

  /** Its proxy or its resolver leads somebody to the container. */
  leadsTo(container: ContainerId, stack: StackName): boolean {
    const doors = Object.values(this.live.get(stack)?.endpoints ?? {}).flat();
    const names = Object.values(this.names.get(stack)?.versions ?? {}).flatMap((services) => Object.values(services).flat());
    return [...doors, ...names].some((endpoint) => endpoint.container === container);
  }

  #agent(process: Process, mail: SimulatedMail): Agent {
    const { trace, chance } = this.#around;
    const ids = this.#around.ids(`agent ${this.host} ${++this.#starts}`);
    this.#ids = ids;
    return new Agent({
      ...{ mail, clock: new SimulatedClock(process, this.time), ids },
      engine: new SimulatedEngine(process, this.engine, () => (this.rivals > 0 ? ids.newestRun : null)),
      disk: new SimulatedDisk(process, this.disk, chance),
      sockets: new SimulatedSockets(process, this, this.#around),
      proxy: new SimulatedProxy(process, this, this.#around),
      resolver: new SimulatedResolver(process, this, this.#around),
      report: (problem, cause) => trace.say(process.name, `${problem}: ${String(cause)}`),
      settings: {
        ...{ home: '/berth', host: this.host, tags: this.tags, engineSocket: '', bridge: 'berth0', zone: ZONE, proxy: true },
        ...(this.#group === null ? {} : { group: this.#group }),
        pool: `10.64.${this.#number * 16}.0/20`,
      },
    });
  }
}
