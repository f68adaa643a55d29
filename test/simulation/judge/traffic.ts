import type { BerthEvent, ContainerId, EventData, StackName } from '#libs/contracts';
import { answer, Type } from '#libs/domain/naming';
import { stackOf, type World } from '#libs/domain/stack';
import { LABELS } from '../../../apps/host-agent/docker/container-options.ts';
import type { SimulatedContainer } from '../host/engine-machine.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Trace } from '../world/trace.ts';
import { abandonedIn } from './abandoned.ts';
import { isWaitedFor } from './waited.ts';

const NAME_TTL_MS = 1000;
/** For how long an open door may stand behind the containers there are, in a world without trouble. */
const PATIENCE_MS = 20_000;

interface Around {
  readonly loop: Loop;
  readonly hosts: readonly HostMachine[];
  readonly chance: Chance;
  readonly trace: Trace;
  readonly accuse: (invariant: string, message: string) => void;
  readonly wasPromoted: (stack: string, version: number) => boolean;
  /** The virtual time since which nobody harmed anything. */
  readonly calmSince: () => number;
  readonly world: () => World;
}

/** Those who use what is deployed: clients at the doors, and containers that ask for each other. */
export class Traffic {
  readonly #around: Around;
  readonly #cut: { readonly container: ContainerId; readonly by: string; readonly caller?: ContainerId }[] = [];
  requests = 0;
  failed = 0;
  questions = 0;

  constructor(around: Around) {
    this.#around = around;
  }

  start(): void {
    this.#again(() => this.#request(), 30, 200);
    this.#again(() => this.#question(), 30, 200);
  }

  /**
   * Judges who was cut off by what the log said of the container: a drain timeout may do that, the end of a deployment that failed, and
   * whoever removes a host by force with all that it holds.
   */
  judge(events: readonly BerthEvent[]): void {
    const stops = events.filter(
      (event): event is BerthEvent & { data: EventData<'ContainersRetired'> } => event.type === 'ContainersRetired',
    );
    const waves = events.flatMap((event) => (event.type === 'RetirementWaveStarted' ? [event.data] : []));
    const abandoned = abandonedIn(events);
    for (const { container, by, caller } of this.#cut) {
      // Who leaves with it, or after it, keeps it not.
      if (caller && waves.some((wave) => wave.containers.includes(container) && wave.disregard.includes(caller))) continue;
      const stop = stops.find(({ data }) => data.containers.includes(container));
      if (!stop && abandoned.has(container)) continue;
      if (stop?.data.reason !== 'deployment-failed' && stop?.data.waited.drained !== false)
        this.#around.accuse('I6', `${by} at ${container} was cut off by its stop`);
    }
  }

  #again(call: () => void, least: number, most: number): void {
    const { loop, chance } = this.#around;
    loop.after(chance.between(least, most), () => {
      call();
      this.#again(call, least, most);
    });
  }

  /** One client, at any door of any host: a door that leads nowhere is broken unless accidents made it so. */
  #request(): void {
    const { chance, hosts, trace } = this.#around;
    const machine = chance.pick(hosts);
    if (!this.#isWaitedFor(machine)) return;
    const stacks = [...machine.live.keys()].sort();
    if (stacks.length === 0) return;
    const stack = chance.pick(stacks);
    const doors = machine.live.get(stack);
    const server = doors?.servers[0];
    if (!doors || !server) return;
    this.requests++;
    const endpoints = doors.endpoints[server.key] ?? [];
    const ready = endpoints.flatMap(({ container, address }) => {
      const found = this.#at(address);
      return found && found.container.name === container && found.machine.engine.isReady(found.container) ? [found.container] : [];
    });
    if (ready.length > 0) return void this.#fly(machine, stack, chance.pick(ready));
    this.failed++;
    trace.sometimes('request: no container answered');
    const stopped = endpoints.filter(({ container }) => this.#wasStopped(container));
    if (endpoints.length > 0 && stopped.length === endpoints.length)
      this.#around.accuse(
        'I6',
        `the door ${server.key} at ${machine.host} leads to ${stopped.map(({ container }) => container).join(', ')}, told to stop`,
      );
    else this.#accuseOfIdle(machine, stack, server.service);
  }

  #fly(machine: HostMachine, stack: StackName, container: SimulatedContainer): void {
    const { loop, chance } = this.#around;
    const flight = machine.flights.get(container.name) ?? { stack, count: 0 };
    machine.flights.set(container.name, flight);
    flight.count++;
    const { runs } = container;
    loop.after(chance.happens(0.05) ? chance.between(1000, 8000) : chance.between(1, 100), () => {
      flight.count--;
      const isAlive = machine.flights.get(container.name) === flight;
      if (!this.#isWaitedFor(machine)) return;
      if (isAlive && container.runs === runs && container.state !== 'running' && container.wasStopped)
        this.#cut.push({ container: container.name, by: `a request through ${machine.host}` });
    });
  }

  #accuseOfIdle(machine: HostMachine, stack: StackName, service: string): void {
    const { loop, hosts, accuse, calmSince, wasPromoted, world } = this.#around;
    if (loop.now - calmSince() < PATIENCE_MS) return;
    const { containers } = stackOf(world(), stack);
    const idle = hosts
      .filter((each) => this.#isWaitedFor(each))
      .flatMap(({ engine }) => [...engine.containers.values()])
      .find(
        (each) =>
          wasPromoted(stack, Number(each.labels[LABELS.version])) &&
          containers.get(each.name)?.withdrawn === null &&
          containers.get(each.name)?.leaving === null &&
          each.labels[LABELS.stack] === stack &&
          each.labels[LABELS.service] === service &&
          each.state === 'running' &&
          !each.wasStopped &&
          each.readyAt !== null &&
          loop.now - each.readyAt > PATIENCE_MS,
      );
    if (idle) accuse('I2', `no container behind ${stack} ${service} at ${machine.host}, though ${idle.name} answers`);
  }

  /** A container asks for another service of its stack and connects to what it was told, at some time within the time to live. */
  #question(): void {
    const { chance, hosts, loop, trace, accuse } = this.#around;
    const callers = hosts.flatMap((machine) =>
      [...machine.engine.containers.values()].filter((each) => machine.engine.isReady(each)).map((caller) => ({ machine, caller })),
    );
    if (callers.length === 0) return;
    const { machine, caller } = chance.pick(callers);
    if (!this.#isWaitedFor(machine)) return;
    const stack = caller.labels[LABELS.stack] ?? '';
    const known = machine.answering.tables.callers.get(caller.address);
    // Each of two agents tells the resolver of what it has seen itself.
    if (!known && machine.rivals > 0) return;
    if (!known) return void accuse('I7', `${caller.name} runs and the resolver of ${machine.host} does not know it`);
    this.questions++;
    const said = answer(machine.answering.tables, known, { name: `api.${stack}.berth.internal`, type: Type.A });
    trace.sometimes(`name: ${said.kind}`);
    if (said.kind !== 'addresses') return;
    const address = chance.pick(said.pool.addresses);
    const before = this.#at(address);
    if (!before) return;
    this.#judgeVersion(machine, stack, caller, before.container);
    loop.after(chance.between(0, NAME_TTL_MS - 50), () => {
      if (this.#isWaitedFor(machine)) this.#connect(machine, caller, before.container, address);
    });
  }

  /** Its own version; the promoted one only when its own was promoted once and has nobody left there. */
  #judgeVersion(machine: HostMachine, stack: string, caller: SimulatedContainer, callee: SimulatedContainer): void {
    const part = machine.names.get(stack as StackName);
    const called = part?.callers[caller.name] ?? Number(caller.labels[LABELS.version]);
    const given = Number(callee.labels[LABELS.version]);
    if (callee.labels[LABELS.stack] !== stack)
      return void this.#around.accuse('I13', `${caller.name} is led to ${callee.name} of another stack`);
    if (given === called) return;
    this.#around.trace.sometimes('name: of the promoted version, for the own one left');
    const isLeft = (part?.versions[called]?.api ?? []).length === 0 && this.#around.wasPromoted(stack, called);
    if (!isLeft || given !== part?.promoted)
      this.#around.accuse('I7', `${caller.name}, which calls as version ${called}, is led to ${callee.name}`);
  }

  #connect(machine: HostMachine, caller: SimulatedContainer, callee: SimulatedContainer, address: string): void {
    const { loop, chance, accuse } = this.#around;
    const now = this.#at(address);
    if (now && now.container.name !== callee.name)
      return void accuse('I13', `the address ${address} of ${callee.name} is ${now.container.name}'s now`);
    if (!now || caller.state !== 'running') {
      if (!now && callee.wasStopped && caller.state === 'running')
        this.#cut.push({ container: callee.name, by: `a name that ${caller.name} held` });
      return;
    }
    const held = now.machine.connections.get(address) ?? [];
    held.push(caller.address);
    now.machine.connections.set(address, held);
    const { runs } = callee;
    const callerRuns = caller.runs;
    loop.after(chance.happens(0.1) ? chance.between(1000, 8000) : chance.between(1, 400), () => {
      held.splice(held.indexOf(caller.address), 1);
      if (
        this.#isWaitedFor(machine) &&
        callee.runs === runs &&
        callee.state !== 'running' &&
        callee.wasStopped &&
        caller.state === 'running' &&
        caller.runs === callerRuns &&
        !caller.wasStopped
      )
        this.#cut.push({ container: callee.name, by: `a call of ${caller.name}`, caller: caller.name });
    });
  }

  #isWaitedFor(machine: HostMachine): boolean {
    const { world, loop } = this.#around;
    return isWaitedFor(world(), machine, loop.now);
  }

  #at(address: string): { machine: HostMachine; container: SimulatedContainer } | null {
    for (const machine of this.#around.hosts) {
      const container = machine.engine.at(address);
      if (container) return { machine, container };
    }
    return null;
  }

  /** By us: what is not there any more was stopped before, unless somebody else took it away. */
  #wasStopped(name: ContainerId): boolean {
    for (const { engine } of this.#around.hosts) {
      const container = engine.containers.get(name);
      if (container) return container.wasStopped;
      if (engine.removedByHand.has(name)) return false;
    }
    return true;
  }
}
