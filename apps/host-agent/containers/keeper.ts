import type { Clock, Timer } from '#libs/clock';
import type { ContainerId, ReportedContainer } from '#libs/contracts';
import {
  afterSetback,
  type Goal,
  goalsOf,
  type HostView,
  hasToStop,
  noteExits,
  type ObservedContainer,
  plan,
  reportedContainers,
  type Setback,
  type Step,
} from '#libs/domain/host';
import { fingerprintOf } from '../docker/fingerprint.ts';
import type { CallerTable, Sockets } from '../ports.ts';
import type { DesiredState } from '../state/desired-state.ts';
import { addressesInUse, callersOf } from './addresses.ts';
import { findingsOf } from './findings.ts';
import { type HandsOptions, takeStep } from './hands.ts';
import { newsOf } from './news.ts';
import { Outputs } from './outputs.ts';
import { Probes } from './probes.ts';
import { servingOf } from './serving.ts';

export interface KeeperOptions extends Omit<HandsOptions, 'keys' | 'addressesInUse' | 'registerCallers' | 'mayBegin'> {
  readonly clock: Clock;
  readonly sockets: Sockets;
  readonly state: DesiredState;
  readonly gateway: string;
  /** For how many milliseconds names were answered as they are now. */
  readonly namesStandFor: () => number;
  /** Whether what it was told may be old: others may run in its place by now. */
  readonly isFenced: () => boolean;
  readonly register: (callers: CallerTable) => Promise<void>;
  readonly report: (problem: string, cause: unknown) => void;
  /** Pass again soon. */
  readonly wake: () => void;
}

/** Makes the containers of this host what they should be, one step each and pass, and says what they are. */
export class ContainerKeeper {
  readonly #options: KeeperOptions;
  readonly #probes: Probes;
  readonly #outputs: Outputs;
  readonly #underWay = new Map<Step, Promise<void>>();
  #setbacks: ReadonlyMap<ContainerId, Setback> = new Map();
  /** Null before the first look. */
  #observed: readonly ObservedContainer[] | null = null;
  #level: readonly ReportedContainer[] | null = null;
  #timer: Timer | null = null;
  /** Nothing runs any more that had to go when it was fenced last. */
  #hasCaughtUp = false;
  #isStopped = false;

  constructor(options: KeeperOptions) {
    const { clock, sockets, state, wake, engine } = options;
    this.#options = options;
    this.#outputs = new Outputs(engine);
    this.#probes = new Probes({ clock, sockets, changed: wake, isHealthy: ({ container, run }) => state.noteHealthy(container, run) });
  }

  /** What was seen in the newest pass; null before the first. */
  get level(): readonly ReportedContainer[] | null {
    return this.#level;
  }

  async pass(): Promise<void> {
    const { leases, state, clock } = this.#options;
    const goals = goalsOf(state.containers);
    // A step that ends while the engine is asked may not show in the answer yet: its container waits for the next pass.
    const underWay = [...this.#underWay.keys()];
    const observed = await this.#look();
    await leases.match(observed, new Set(goals.filter(({ goal }) => goal !== 'gone').map(({ container }) => container)));
    this.#observed = observed;
    this.#setbacks = noteExits(this.#setbacks, { goals, observed }, clock.monotonic());
    await this.#noteHealth(goals, observed);
    await this.#outputs.match(goals, observed, state.keys);
    const drained = await this.#drained(goals, observed);
    this.#begin({ goals, observed, underWay });
    const findings = findingsOf({
      ...{ goals, observed, drained, underWay, fingerprintOf, setbacks: this.#setbacks },
      isHealthyRun: (container, run) => state.healthyRun(container) === run,
      probeMessage: (run) => this.#probes.message(run),
      output: (container) => this.#outputs.of(container),
    });
    this.#level = reportedContainers({ goals, observed, findingsOf: findings });
    await this.#register();
  }

  /** Everybody who has an address, as far as was seen; null before the first look: who runs must not be forgotten till then. */
  callers(): CallerTable | null {
    const { leases, host, state } = this.#options;
    return this.#observed && callersOf({ goals: goalsOf(state.containers), observed: this.#observed, leases, host });
  }

  /** Leaves every container as it is. Waits a moment for the steps that have begun. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#probes.match([]);
    const waiting = new AbortController();
    const patience = this.#options.clock.sleep(LAST_STEPS_MS, waiting.signal).catch(() => undefined);
    await Promise.race([Promise.all(this.#underWay.values()), patience]);
    waiting.abort();
  }

  async #register(): Promise<void> {
    const callers = this.callers();
    if (callers) await this.#options.register(callers);
  }

  /** While the engine can't be asked nobody is known to be unused. */
  async #look(): Promise<readonly ObservedContainer[]> {
    try {
      return await this.#options.engine.list();
    } catch (cause) {
      this.#level = this.#level?.map((container) => ({ ...container, drained: false })) ?? null;
      throw cause;
    }
  }

  async #noteHealth(goals: readonly Goal[], observed: readonly ObservedContainer[]): Promise<void> {
    const { state } = this.#options;
    const ports = new Map(goals.flatMap((goal) => (goal.goal === 'gone' ? [] : [[goal.container, goal.spec.ports[0] ?? null] as const])));
    const running = observed.filter((each) => each.state === 'running' && ports.has(each.container));
    this.#probes.match(
      running.flatMap(({ container, run, address, check }) => {
        const isDue = run !== null && address !== null && check === null && state.healthyRun(container) !== run;
        return isDue ? [{ container, run, address, port: ports.get(container) ?? null }] : [];
      }),
    );
    for (const { container, run, check } of running)
      if (run !== null && check?.status === 'healthy') await state.noteHealthy(container, run);
  }

  async #drained(goals: readonly Goal[], observed: readonly ObservedContainer[]): Promise<ReadonlySet<ContainerId>> {
    const { sockets, leases, gateway, namesStandFor } = this.#options;
    // Who asked just before may still come by the old answer.
    if (namesStandFor() < NAMES_TTL_MS) return new Set();
    const pids = new Map(observed.map(({ container, pid }) => [container, pid]));
    const drained = new Set<ContainerId>();
    for (const goal of goals) {
      const pid = pids.get(goal.container);
      if (goal.goal !== 'drain' || !pid) continue;
      const leaving = goal.disregard.flatMap((container) => leases.addressOf(container) ?? []);
      const disregarded = new Set([gateway, ...leaving]);
      const peers = await sockets.peersOf(pid);
      if (peers?.every((peer) => disregarded.has(peer))) drained.add(goal.container);
    }
    return drained;
  }

  #begin(seen: Pick<HostView, 'goals' | 'observed' | 'underWay'>): void {
    const { clock, wake } = this.#options;
    const { steps, wakeAt } = plan({
      ...seen,
      fingerprintOf,
      setbacks: this.#setbacks,
      wasHealthy: this.#wasHealthyAmong(seen.goals),
      fence: this.#fence(seen),
      now: clock.monotonic(),
    });
    if (this.#isStopped) return;
    for (const step of steps) this.#underWay.set(step, this.#take(step));
    this.#timer?.cancel();
    this.#timer = wakeAt === null ? null : clock.after(wakeAt - clock.monotonic(), wake);
  }

  #fence(seen: Pick<HostView, 'goals' | 'observed'>): HostView['fence'] {
    const isFenced = this.#options.isFenced();
    this.#hasCaughtUp = !isFenced && (this.#hasCaughtUp || !hasToStop(seen));
    if (isFenced) return 'shut';
    return this.#hasCaughtUp ? undefined : 'catching-up';
  }

  #wasHealthyAmong(goals: readonly Goal[]): (container: ContainerId) => boolean {
    const { state } = this.#options;
    const serving = servingOf(goals, state.names);
    return (container) => state.healthyRun(container) !== undefined || serving.has(container);
  }

  async #take(step: Step): Promise<void> {
    const { state, wake, report, isFenced } = this.#options;
    try {
      await takeStep(step, {
        ...this.#options,
        keys: () => state.keys,
        addressesInUse: () => addressesInUse(state),
        registerCallers: () => this.#register(),
        mayBegin: (container) => !isFenced() || this.#wasHealthyAmong(goalsOf(state.containers))(container),
      });
      this.#clearMessage(step.container);
      wake();
    } catch (cause) {
      if (!this.#isStopped) report(`${step.do} container ${step.container}`, cause);
      // An end that failed is tried again with the next pass; a beginning waits, and the wait is news.
      if (step.do !== 'create' && step.do !== 'start') return;
      this.#noteFailure(step.container, cause);
      wake();
    } finally {
      this.#underWay.delete(step);
    }
  }

  #noteFailure(container: ContainerId, cause: unknown): void {
    const setback = afterSetback(this.#setbacks.get(container), this.#options.clock.monotonic(), { run: null, message: newsOf(cause) });
    this.#setbacks = new Map([...this.#setbacks, [container, setback]]);
  }

  #clearMessage(container: ContainerId): void {
    const setback = this.#setbacks.get(container);
    if (setback) this.#setbacks = new Map([...this.#setbacks, [container, { ...setback, message: '' }]]);
  }
}

const LAST_STEPS_MS = 2000;
const NAMES_TTL_MS = 1000;
