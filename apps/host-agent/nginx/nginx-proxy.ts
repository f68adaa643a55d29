import { resolve } from 'node:path';
import type { Clock } from '#libs/clock';
import { type ContainerId, compareGenerations, type DoorsPart, type StackName, Transient } from '#libs/contracts';
import { HostProxy, type ProxyLevel } from '../ports.ts';
import { heldPorts } from './checks.ts';
import { Configuration, type Rendered } from './configuration.ts';
import { Control } from './control.ts';
import { type ServedDoors, writeDoors } from './doors-text.ts';
import { Drafts } from './drafts.ts';
import { Master } from './master.ts';
import { type ByStack, Store } from './store.ts';
import { serversByStack, serversOf, type Target, targetOf, withoutPorts, withPaths } from './target.ts';

export interface NginxProxyOptions {
  /** `BERTH_HOME`; everything lies under `nginx/` and `run/nginx.sock`. */
  readonly home: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  readonly nginxBinary?: string;
  /** Folder of Nginx's dynamic modules. */
  readonly nginxModules?: string;
}

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
  #told: readonly string[] = [];
  #hasToldOfWorkers = false;
  #mutations = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ home, clock, report, nginxBinary = '/usr/sbin/nginx', nginxModules = '/usr/lib/nginx/modules' }: NginxProxyOptions) {
    super();
    const prefix = resolve(home, 'nginx');
    const socket = resolve(home, 'run', 'nginx.sock');
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
      await this.#tellOfWorkers();
      if ((await this.#configuration.isLaid()) && this.#master.process() !== null) return;
      this.#master.probe();
      await this.#configuration.lay();
      if (this.#master.process() === null) await this.#start();
    });
  }

  /** No parts at all say that nothing was told yet: what serves goes on. */
  override apply(told: readonly DoorsPart[]): Promise<readonly ProxyLevel[]> {
    return this.#inTurn(async () => {
      if (told.length === 0) return [];
      const parts = told.map((part) => ({ ...part, live: part.live && withPaths(part.live), drafts: part.drafts.map(withPaths) }));
      const target = await this.#withoutHeldPorts(targetOf(parts, await this.#store.served()));
      await this.#configure(target);
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

  /** Read after `apply`: what is not busy then stays so, for a request is counted under the generation that serves when it begins. */
  override async busy(): Promise<ByStack> {
    const live = await this.#control.doors();
    const flights = await this.#control.flights();
    const orphaned = this.#master.orphans().length > 0 ? await this.#store.orphaned() : {};
    const used = [...flights.map(({ stack, containers }) => [stack, containers] as const), ...Object.entries(orphaned)];
    const busy = new Map<string, Set<ContainerId>>();
    for (const [stack, containers] of used) {
      const named = namedBy(live.get(stack as StackName));
      for (const container of containers) if (!named.has(container)) busy.set(stack, (busy.get(stack) ?? new Set()).add(container));
    }
    return Object.fromEntries([...busy].map(([stack, containers]) => [stack, [...containers].sort()]));
  }

  async #start(): Promise<void> {
    await this.#leaveOrphans();
    const rendered = await this.#configuration.render(serversOf(await this.#withoutHeldPorts(await this.#store.served())));
    await this.#configuration.write(rendered);
    this.#mutations++;
    await this.#master.start(this.#configuration.file, rendered.id);
  }

  async #tellOfWorkers(): Promise<void> {
    if (this.#hasToldOfWorkers) return;
    this.#hasToldOfWorkers = true;
    const { hindrance } = await this.#configuration.workers();
    if (hindrance !== null) this.#report(`run Nginx's workers as root: ${hindrance}`, null);
  }

  /** Workers without a master finish what they began; what they hold is asked while they still answer. */
  async #leaveOrphans(): Promise<void> {
    if (this.#master.orphans().some(({ role }) => role === 'worker')) {
      const flights = await this.#control.flights().catch(() => []);
      await this.#store.keepOrphaned(Object.fromEntries(flights.map(({ stack, containers }) => [stack, containers])));
    }
    await this.#master.releaseOrphans();
  }

  async #withoutHeldPorts(wanted: Target): Promise<Target> {
    const own = this.#master.process() === null ? new Set<number>() : await this.#configuration.ports();
    const ports = await heldPorts(serversOf(wanted).flatMap(({ port }) => (own.has(port) ? [] : [port])));
    const { target, held } = withoutPorts(wanted, ports.length === 0 ? new Map() : await this.#store.served(), ports);
    this.#tell([...held].map(([stack, port]) => `serve doors of ${stack}: port ${port} is held by another process`));
    return target;
  }

  /** Nothing where the static text is live already. */
  async #configure(target: Target): Promise<void> {
    const rendered = await this.#configuration.render(serversOf(target));
    const before = await this.#configuration.current();
    if (before?.text === rendered.text && (await this.#control.id()) === rendered.id) return;
    const words = await this.#master.test(await this.#configuration.writeCandidate(rendered));
    if (words !== null) throw new Transient(`configure Nginx: ${words}`);
    await this.#reload(rendered, before);
  }

  async #reload(rendered: Rendered, before: Pick<Rendered, 'text'> | null): Promise<void> {
    await this.#configuration.write(rendered);
    this.#mutations++;
    try {
      await this.#master.reload(rendered.id);
    } catch (cause) {
      // The file says what a restart would serve: what is live, not what was refused.
      if (before !== null) await this.#configuration.write(before);
      throw new Transient('configure Nginx: it did not take the new configuration and serves the one before', { cause });
    }
  }

  async #serve(target: Target): Promise<void> {
    const live = await this.#control.doors();
    const stored = await this.#store.served();
    for (const [stack, doors] of target) {
      const now = live.get(stack);
      if (now && compareGenerations(now.generation, doors.generation) >= 0) continue;
      const known = stored.get(stack);
      const isKnown = known !== undefined && compareGenerations(known.generation, doors.generation) === 0;
      const served = isKnown ? known : { ...doors, since: this.#clock.now() };
      // First to disk: an Nginx that is restarted in between must not go back.
      if (!isKnown) await this.#store.keep(stack, served);
      if (await this.#control.put(stack, writeDoors(served))) this.#mutations++;
    }
  }

  async #closeAllBut(named: ReadonlySet<StackName>): Promise<void> {
    const known = [...(await this.#control.doors()).keys(), ...(await this.#store.served()).keys()];
    for (const stack of new Set(known)) {
      if (named.has(stack)) continue;
      await this.#store.drop(stack);
      await this.#control.remove(stack);
      this.#mutations++;
    }
  }

  /** What was told the last time is not told again. */
  #tell(problems: readonly string[]): void {
    for (const problem of problems) if (!this.#told.includes(problem)) this.#report(problem, null);
    this.#told = problems;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

const namedBy = (doors: ServedDoors | undefined): ReadonlySet<ContainerId> =>
  new Set(Object.values(doors?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container)));
