import {
  type ContainerId,
  type ContainerSpec,
  compareGenerations,
  type DoorsPart,
  type EventId,
  type HostId,
  type HostReport,
  type HostState,
  type Instant,
  type ReportedPart,
} from '#libs/contracts';
import { emptyHeld, goalsOf, type ObservedContainer, reportedContainers, type Step } from '#libs/domain/host';
import { findingsOf } from '../../../apps/host-agent/containers/findings.ts';
import { reportedParts } from '../../../apps/host-agent/reported-parts.ts';
import type { Decisions } from './decisions.ts';
import type { Machine, Made, State } from './state.ts';

/** For how long names must have stood before a host calls a container unused. */
export const NAMES_TTL_MS = 1000;

export const emptyMachine = (host: string): Machine => ({
  host: host as HostId,
  held: { containers: emptyHeld, names: emptyHeld, doors: emptyHeld },
  engine: new Map(),
  healthyRuns: {},
  ...{ live: null, prepared: [], names: null, namesAt: 0, busy: [] },
  ...{ run: 1, session: null, refused: {}, lost: [], isCut: false },
});

type Around = Pick<State, 'now' | 'machines'>;

/** A container ends by itself. Whoever waited for its answer has none. */
export const ended = (machine: Machine, container: ContainerId): Machine => {
  const made = machine.engine.get(container);
  return made ? { ...machine, engine: new Map(machine.engine).set(container, { ...made, state: 'exited', hasEnded: true }) } : machine;
};

/** The machine after its agent took a state and made proxy and resolver match it. */
export const taken = (machine: Machine, news: HostState, state: Around, decisions: Decisions): Machine => {
  switch (news.kind) {
    case 'containers':
      return heldNow(machine, 'containers', decisions.takeNews(machine.held.containers, news));
    case 'names':
      return answering(heldNow(machine, 'names', decisions.takeNews(machine.held.names, news)), state.now);
    case 'doors':
      return serving(heldNow(machine, 'doors', decisions.takeNews(machine.held.doors, news)), state, decisions);
  }
};

const heldNow = <K extends keyof Machine['held']>(machine: Machine, kind: K, held: Machine['held'][K]): Machine => ({
  ...machine,
  held: { ...machine.held, [kind]: held },
});

/** A resolver never goes back to an older table. */
const answering = (machine: Machine, now: Instant): Machine => {
  const told = machine.held.names.parts[0] ?? null;
  const isOlder = machine.names && told && compareGenerations(told.generation, machine.names.generation) <= 0;
  return told === null || isOlder ? machine : { ...machine, names: told, namesAt: now };
};

/** A proxy serves what is newer, and checks the drafts that are new to it: it asks each container behind them. */
export const serving = (machine: Machine, state: Around, decisions: Decisions): Machine => {
  const told = machine.held.doors.parts[0];
  if (!told) return machine;
  const live = decisions.serve(machine.live, told);
  const known = told.drafts.map(({ draft }) => draft);
  const prepared = machine.prepared.filter((draft) => known.includes(draft));
  const refused = Object.fromEntries(Object.entries(machine.refused).filter(([draft]) => known.includes(draft as EventId)));
  for (const draft of told.drafts) {
    if (prepared.includes(draft.draft) || refused[draft.draft] !== undefined) continue;
    const words = fault(draft, machine, state);
    if (words === null) prepared.push(draft.draft);
    else refused[draft.draft] = words;
  }
  return { ...machine, live, prepared, refused };
};

const fault = ({ endpoints }: DoorsPart['drafts'][number], self: Machine, { machines }: Around): string | null => {
  const silent = Object.values(endpoints)
    .flat()
    .find(({ container }) => ![self, ...machines].some(({ engine }) => engine.get(container)?.state === 'running'));
  return silent ? `${silent.address} does not answer` : null;
};

const goals = (machine: Machine) => goalsOf(machine.held.containers.parts);

/** The steps that the agent would take now, one a container. */
export const stepsOf = (machine: Machine, decisions: Decisions): readonly Step[] =>
  decisions.plan({
    ...{ goals: goals(machine), observed: observed(machine), underWay: [], setbacks: new Map(), fingerprintOf, now: 0 },
    wasHealthy: (container) => machine.healthyRuns[container] !== undefined,
  }).steps;

export const stepTaken = (machine: Machine, step: Step): Machine => {
  const engine = new Map(machine.engine);
  const made = engine.get(step.container);
  if (step.do === 'create') engine.set(step.container, { spec: step.spec, state: 'created', runs: 0, hasEnded: false });
  else if (step.do === 'remove') engine.delete(step.container);
  else if (made && step.do === 'start') engine.set(step.container, { ...made, state: 'running', runs: made.runs + 1 });
  else if (made) engine.set(step.container, { ...made, state: 'exited' });
  return { ...machine, engine };
};

/** Containers that run and have not answered their probe yet. */
export const unproven = (machine: Machine): readonly ContainerId[] => {
  const wanted = new Set(goals(machine).flatMap((goal) => (goal.goal === 'gone' ? [] : [goal.container])));
  return [...machine.engine].flatMap(([id, made]) =>
    made.state === 'running' && wanted.has(id) && machine.healthyRuns[id] !== runOf(made) ? [id] : [],
  );
};

export const proven = (machine: Machine, container: ContainerId): Machine => {
  const made = machine.engine.get(container);
  return made ? { ...machine, healthyRuns: { ...machine.healthyRuns, [container]: runOf(made) } } : machine;
};

/** The whole level of the host, as its agent puts it together. */
export const reportOf = (machine: Machine, { now, sent }: Pick<State, 'now' | 'sent'>): HostReport | null => {
  const { host, session } = machine;
  if (session === null) return null;
  return { type: 'HostReport', host, session, seq: sent + 1, full: true, ...levelOf(machine, now) };
};

type Level = Pick<HostReport, 'containers' | 'parts'>;
const levels = new WeakMap<Machine, Map<Instant, Level>>();

const levelOf = (machine: Machine, now: Instant): Level => {
  const known = levels.get(machine) ?? new Map<Instant, Level>();
  levels.set(machine, known);
  const level = known.get(now) ?? { containers: containersOf(machine, now), parts: partsOf(machine) };
  known.set(now, level);
  return level;
};

/** When time alone lets this host say more. */
export const wakeOf = (machine: Machine): Instant | null =>
  goals(machine).some(({ goal }) => goal === 'drain') ? machine.namesAt + NAMES_TTL_MS : null;

const containersOf = (machine: Machine, now: Instant): HostReport['containers'] => {
  const wanted = goals(machine);
  const seen = observed(machine);
  const drained = now - machine.namesAt < NAMES_TTL_MS ? [] : wanted.filter(({ goal }) => goal === 'drain');
  const findings = findingsOf({
    ...{ goals: wanted, observed: seen, underWay: [], setbacks: new Map(), fingerprintOf },
    drained: new Set(drained.map(({ container }) => container)),
    isHealthyRun: (container, run) => machine.healthyRuns[container] === run,
    probeMessage: () => '',
    output: () => null,
  });
  return reportedContainers({ goals: wanted, observed: seen, findingsOf: findings });
};

const partsOf = ({ held, live, prepared, refused, names, busy }: Machine): readonly ReportedPart[] => {
  const stack = held.doors.parts[0]?.stack;
  const named = new Set(Object.values(live?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container)));
  const used = busy.filter((container) => !named.has(container));
  const drafts = (held.doors.parts[0]?.drafts ?? []).flatMap(({ draft }) =>
    prepared.includes(draft) || refused[draft] !== undefined ? [{ draft, refused: refused[draft] ?? null }] : [],
  );
  const doors = live && { generation: live.generation, since: 0 };
  return reportedParts(
    { proxies: stack ? [{ stack, drafts, doors }] : [], busy: stack ? { [stack]: used } : {} },
    names ? [{ stack: names.stack, generation: names.generation }] : [],
  );
};

const observed = (machine: Machine): readonly ObservedContainer[] =>
  [...machine.engine].map(([container, made]) => {
    const { spec, state, runs } = made;
    const isRunning = state === 'running';
    return {
      ...{ container, stack: spec.stack, service: spec.service, version: spec.version, state, image: spec.image },
      ...{ fingerprint: fingerprintOf(spec), engineId: container, run: runs === 0 ? null : runOf(made), check: null, oom: false },
      ...{ address: addressOf(machine.host, spec), pid: isRunning ? 1 : null, exitCode: state === 'exited' ? 1 : null },
    };
  });

/** The stack's containers never share an address here: what leases do is tried elsewhere. */
const addressOf = (host: HostId, { version, service }: ContainerSpec): string =>
  `10.64.${host.charCodeAt(1) - 48}.${version * 16 + (service.charCodeAt(0) % 16)}`;

const runOf = ({ runs }: Made): string => `r${runs}`;
/** No spec changes in a switch. */
const fingerprintOf = (spec: ContainerSpec): string => spec.container;
