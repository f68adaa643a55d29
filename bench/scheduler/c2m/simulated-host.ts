import type { Mail } from '#libs/bus';
import type { Clock } from '#libs/clock';
import {
  type ContainerId,
  type ContainersPart,
  type HostId,
  MAIL_FORMAT,
  type MailToAgent,
  type NamesPart,
  type ReportedContainer,
  type ReportedPart,
  type StackName,
} from '#libs/contracts';
import {
  emptyHeld,
  type Goal,
  goalsOf,
  type Held,
  holdingOf,
  type Level,
  type ObservedContainer,
  plan,
  reportedContainers,
  type Setback,
  type Step,
  takeNews,
} from '#libs/domain/host';
import { Correspondence } from '../../../apps/host-agent/correspondence.ts';
import { fingerprintOf } from '../../../apps/host-agent/docker/fingerprint.ts';

interface HostOptions {
  readonly host: HostId;
  readonly runId: string;
  readonly tags: readonly string[];
  /** Each host has another. */
  readonly subnet: number;
  readonly mail: Pick<Mail, 'send'>;
  readonly clock: Clock;
}

const CAPACITY = { milliCpus: 64_000, memoryBytes: 2 ** 38 };
const NO_SETBACKS: ReadonlyMap<ContainerId, Setback> = new Map();

/**
 * A host whose engine does at once what it is told, and whose resolver answers at once by what it is given. What it is told is kept, reconciled and
 * reported as the real agent does it; the health checks of its containers have not come to a first result yet.
 */
export class SimulatedHost {
  readonly #options: HostOptions;
  readonly #correspondence: Correspondence;
  readonly #engine = new Map<ContainerId, ObservedContainer>();
  readonly #reported = new Map<StackName, readonly ReportedContainer[]>();
  #containers: Held<ContainersPart> = emptyHeld;
  #names: Held<NamesPart> = emptyHeld;
  #level: Level = { containers: [], parts: [] };

  constructor(options: HostOptions) {
    const { host, runId, tags, mail, clock } = options;
    this.#options = options;
    this.#correspondence = new Correspondence({
      ...{ mail: mail as Mail, clock, memory: () => ({}), level: () => this.#level },
      hello: { type: 'HostHello', host, runId, tags, capacity: CAPACITY, proxy: false, engine: 'simulated', format: MAIL_FORMAT },
    });
  }

  get running(): number {
    return this.#engine.size;
  }

  /** Each second, and after what it was told changed something. */
  speak(): void {
    this.#correspondence.speak();
  }

  ask(): void {
    const { host, mail } = this.#options;
    mail.send('scheduler', { type: 'StateWanted', host, holds: holdingOf(this.#containers.parts) });
    mail.send('dns-central', { type: 'StateWanted', host, holds: holdingOf(this.#names.parts) });
  }

  take(message: MailToAgent): void {
    if (message.type === 'HostWelcome') this.#correspondence.welcomed(message.runId, message.session, message.lostMs, message.format);
    else if (message.type === 'ReportAcknowledged') this.#correspondence.acknowledged(message.session, message.seq);
    else if (message.type === 'HelloWanted') this.#correspondence.disowned();
    else if (message.type === 'HostState' && message.kind === 'containers') this.#takeContainers(takeNews(this.#containers, message));
    else if (message.type === 'HostState' && message.kind === 'names') this.#takeNames(takeNews(this.#names, message));
    this.speak();
  }

  #takeContainers(next: Held<ContainersPart>): void {
    const before = new Map(this.#containers.parts.map((part) => [part.stack, part]));
    this.#containers = next;
    const changed = next.parts.filter((part) => JSON.stringify(before.get(part.stack)?.containers) !== JSON.stringify(part.containers));
    if (changed.length === 0) return;
    for (const part of changed) this.#reported.set(part.stack, this.#reconcile(part));
    this.#note();
  }

  #takeNames(next: Held<NamesPart>): void {
    this.#names = next;
    this.#note();
  }

  #note(): void {
    const parts = this.#names.parts.map(({ stack, generation }): ReportedPart => {
      return { stack, drafts: [], doors: null, names: generation, busy: [] };
    });
    this.#level = { containers: [...this.#reported.values()].flat(), parts };
  }

  /** Passes until no step is due. */
  #reconcile(part: ContainersPart): readonly ReportedContainer[] {
    const goals = goalsOf([part]);
    const view = { goals, underWay: [], setbacks: NO_SETBACKS, wasHealthy: () => false, fingerprintOf, now: 0 };
    for (;;) {
      const observed = this.#observed(goals);
      const { steps } = plan({ ...view, observed });
      if (steps.length === 0) return reportedContainers({ goals, observed, findingsOf: () => FINDINGS });
      for (const step of steps) this.#take(step, part.stack);
    }
  }

  #observed(goals: readonly Goal[]): readonly ObservedContainer[] {
    return goals.flatMap(({ container }) => this.#engine.get(container) ?? []);
  }

  #take(step: Step, stack: StackName): void {
    const { container } = step;
    const known = this.#engine.get(container);
    if (step.do === 'create') this.#engine.set(container, created(step.spec, stack, addressOf(this.#options.subnet, this.#engine.size)));
    else if (step.do === 'start' && known) this.#engine.set(container, { ...known, state: 'running', run: `run-of-${container}`, pid: 1 });
    else if (step.do === 'stop' && known) this.#engine.set(container, { ...known, state: 'exited', exitCode: 0 });
    else this.#engine.delete(container);
  }
}

const created = (spec: Extract<Step, { do: 'create' }>['spec'], stack: StackName, address: string): ObservedContainer => ({
  ...{ container: spec.container, stack, service: spec.service, version: spec.version, fingerprint: fingerprintOf(spec) },
  ...{ state: 'created', engineId: `engine-of-${spec.container}`, run: null, image: spec.image },
  ...{ address, pid: null, exitCode: null, oom: false },
  check: { status: 'starting', message: '', exitCode: null },
});

/** 512 for each host, of 10.0.0.0/8. */
const addressOf = (subnet: number, nth: number): string => {
  const number = subnet * 512 + nth + 2;
  return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
};

const FINDINGS = {
  probe: { by: 'port', isHealthy: false, message: '' },
  ...{ setback: undefined, output: null, isUnderWay: false, isDrained: false, fits: true },
} as const;
