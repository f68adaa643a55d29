import { join } from 'node:path';
import type { Clock } from '#libs/clock';
import { type ContainerId, compareGenerations, type DoorsPart, type Server, type StackName, Transient } from '#libs/contracts';
import { HostProxy, type ProxyLevel } from '../ports.ts';
import { heldPorts } from './checks.ts';
import { Configuration, type Rendered } from './configuration.ts';
import { Control } from './control.ts';
import { type ServedDoors, writeDoors } from './doors-text.ts';
import { Drafts } from './drafts.ts';
import { Master } from './master.ts';
import { Store } from './store.ts';

export interface NginxProxyOptions {
  /** `BERTH_HOME`; everything lies under `nginx/` and `run/nginx.sock`. */
  readonly home: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  readonly nginxBinary?: string;
  /** Folder of Nginx's dynamic modules. */
  readonly nginxModules?: string;
}

type Doors = Omit<ServedDoors, 'since'>;

/** What shall serve. */
type Target = ReadonlyMap<StackName, Doors>;

/**
 * An Nginx of Berth's own. Listeners and names are its configuration file; what is behind a door is an entry in its memory, so that
 * a switch to the next version is one write and breaks no connection.
 */
export class NginxProxy extends HostProxy {
  readonly #clock: Clock;
  readonly #report: NginxProxyOptions['report'];
  readonly #configuration: Configuration;
  readonly #control: Control;
  readonly #master: Master;
  readonly #store: Store;
  readonly #drafts: Drafts;
  readonly #told = new Set<string>();
  #mutations = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ home, clock, report, nginxBinary = '/usr/sbin/nginx', nginxModules = '/usr/lib/nginx/modules' }: NginxProxyOptions) {
    super();
    const prefix = join(home, 'nginx');
    const socket = join(home, 'run', 'nginx.sock');
    this.#clock = clock;
    this.#report = report;
    this.#control = new Control(socket);
    this.#configuration = new Configuration(prefix, { modules: nginxModules, socket });
    this.#master = new Master({ prefix, socket, binary: nginxBinary, modules: nginxModules, control: this.#control, clock });
    this.#store = new Store(prefix);
    this.#drafts = new Drafts({ master: this.#master, configuration: this.#configuration, store: this.#store, clock });
  }

  /** Starts, reloads and writes to what serves, since this object was made. */
  get mutations(): number {
    return this.#mutations;
  }

  /** Starts Nginx where it does not run, with what it served last. Throws `Rejected` naming a package that is missing. */
  override ensureRunning(): Promise<void> {
    return this.#inTurn(async () => {
      this.#master.probe();
      this.#configuration.lay();
      if (this.#master.process() === null) await this.#start();
    });
  }

  override apply(parts: readonly DoorsPart[]): Promise<readonly ProxyLevel[]> {
    return this.#inTurn(async () => {
      const target = await this.#withoutHeldPorts(targetOf(parts, this.#store.served()));
      await this.#reloadFor(target);
      await this.#serve(target);
      await this.#closeAllBut(new Set(parts.map(({ stack }) => stack)));
      const drafts = await this.#drafts.prepare(parts, serversByStack(target));
      const live = await this.#control.doors();
      return parts.map(({ stack }) => {
        // Without a listener nothing serves, whatever the memory says.
        const doors = target.has(stack) ? live.get(stack) : undefined;
        return { stack, drafts: drafts.get(stack) ?? [], doors: doors ? { generation: doors.generation, since: doors.since } : null };
      });
    });
  }

  /** Read after `apply`: what is not busy then stays so, for requests are counted under the generation that serves when they begin. */
  override async busy(): Promise<Readonly<Record<StackName, readonly ContainerId[]>>> {
    const live = await this.#control.doors();
    const busy = new Map<StackName, Set<ContainerId>>();
    const add = (stack: StackName, containers: readonly ContainerId[]): void => {
      const named = namedBy(live.get(stack));
      for (const container of containers) if (!named.has(container)) busy.set(stack, (busy.get(stack) ?? new Set()).add(container));
    };
    for (const { stack, containers } of await this.#control.flights()) add(stack, containers);
    for (const [stack, containers] of Object.entries(this.#orphaned())) add(stack as StackName, containers);
    return Object.fromEntries([...busy].map(([stack, containers]) => [stack, [...containers].sort()]));
  }

  async #start(): Promise<void> {
    await this.#leaveOrphans();
    const target = await this.#withoutHeldPorts(this.#store.served());
    const { id, text } = this.#configuration.render(serversOf(target));
    this.#configuration.write(text);
    this.#mutations++;
    await this.#master.start(this.#configuration.file, id);
  }

  /** Workers without a master finish what they began; what they hold is asked while they still answer. */
  async #leaveOrphans(): Promise<void> {
    if (this.#master.orphans().some(({ role }) => role === 'worker')) {
      const flights = await this.#control.flights().catch(() => []);
      this.#store.keepOrphaned(Object.fromEntries(flights.map(({ stack, containers }) => [stack, containers])));
    }
    await this.#master.releaseOrphans();
  }

  #orphaned(): Readonly<Record<StackName, readonly ContainerId[]>> {
    const orphaned = this.#store.orphaned();
    if (Object.keys(orphaned).length === 0 || this.#master.orphans().length > 0) return orphaned;
    this.#store.dropOrphaned();
    return {};
  }

  /**
   * A stack whose new port somebody else took since it was prepared stays as it was: Nginx would drop the configuration of all
   * stacks for it.
   */
  async #withoutHeldPorts(target: Target): Promise<Target> {
    const own = this.#master.process() === null ? new Set<number>() : this.#configuration.ports();
    const held = await heldPorts(serversOf(target).flatMap(({ port }) => (own.has(port) ? [] : [port])));
    if (held.length === 0) {
      this.#told.clear();
      return target;
    }
    const served = this.#store.served();
    return new Map(
      [...target].flatMap(([stack, doors]): [StackName, Doors][] => {
        const port = doors.servers.map((server) => server.port).find((wanted) => held.includes(wanted));
        if (port === undefined) return [[stack, doors]];
        this.#tell(`serve doors of ${stack}: port ${port} is held by another process`);
        const before = served.get(stack);
        return before?.servers.every((server) => !held.includes(server.port)) ? [[stack, before]] : [];
      }),
    );
  }

  /** Nothing where the static text is live already. */
  async #reloadFor(target: Target): Promise<void> {
    const rendered = this.#configuration.render(serversOf(target));
    const before = this.#configuration.current();
    if (before === rendered.text && (await this.#control.id()) === rendered.id) return;
    const words = await this.#master.test(this.#configuration.writeCandidate(rendered.text));
    if (words !== null) throw new Transient(`configure Nginx: ${words}`);
    await this.#reload(rendered, before);
  }

  async #reload({ id, text }: Rendered, before: string | null): Promise<void> {
    this.#configuration.write(text);
    this.#mutations++;
    try {
      await this.#master.reload(id);
    } catch (cause) {
      // The file says what a restart would serve: what is live, not what was refused.
      if (before !== null) this.#configuration.write(before);
      throw new Transient('configure Nginx: it did not take the new configuration and serves the one before', { cause });
    }
  }

  async #serve(target: Target): Promise<void> {
    const live = await this.#control.doors();
    const stored = this.#store.served();
    for (const [stack, doors] of target) {
      const now = live.get(stack);
      if (now && compareGenerations(now.generation, doors.generation) >= 0) continue;
      const known = stored.get(stack);
      const isKnown = known !== undefined && compareGenerations(known.generation, doors.generation) === 0;
      const served = isKnown ? known : { ...doors, since: this.#clock.now() };
      // First to disk: an Nginx that is restarted in between must not go back.
      if (!isKnown) this.#store.keep(stack, served);
      if (await this.#control.put(stack, writeDoors(served))) this.#mutations++;
    }
  }

  async #closeAllBut(named: ReadonlySet<StackName>): Promise<void> {
    const live = await this.#control.doors();
    for (const stack of new Set([...live.keys(), ...this.#store.served().keys()])) {
      if (named.has(stack)) continue;
      this.#store.drop(stack);
      await this.#control.remove(stack);
      this.#mutations++;
    }
  }

  /** Once, as long as it is the same. */
  #tell(problem: string): void {
    if (!this.#told.has(problem)) this.#report(problem, null);
    this.#told.add(problem);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** Of each part what is newer: what it says or what serves already. A stack that no part names has none. */
const targetOf = (parts: readonly DoorsPart[], served: Target): Target =>
  new Map(
    parts.flatMap(({ stack, live }): [StackName, Doors][] => {
      const known = served.get(stack);
      if (known && (live === null || compareGenerations(known.generation, live.generation) >= 0)) return [[stack, known]];
      return live ? [[stack, live]] : [];
    }),
  );

const serversOf = (target: Target): readonly Server[] => [...target.values()].flatMap(({ servers }) => servers);

const serversByStack = (target: Target): ReadonlyMap<StackName, readonly Server[]> =>
  new Map([...target].map(([stack, { servers }]) => [stack, servers]));

const namedBy = (doors: ServedDoors | undefined): ReadonlySet<ContainerId> =>
  new Set(Object.values(doors?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container)));
