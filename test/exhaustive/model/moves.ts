import { type ContainerId, type HostReport, type HostState, type StackName, streams } from '#libs/contracts';
import type { Decided, Decision } from '#libs/domain';
import { greet, isOfSession, type Step } from '#libs/domain/host';
import { stackOf, versionsOf, type World } from '#libs/domain/stack';
import type { Decisions } from './decisions.ts';
import { faultsIn, faultsOfReport } from './faults.ts';
import { appended } from './log.ts';
import { proven, reportOf, stepsOf, stepTaken, taken, unproven, wakeOf } from './machine.ts';
import type { Afoot, Copy, Kind, Limits, Machine, Move, State } from './state.ts';

export const STACK = 'shop' as StackName;
export const KINDS: readonly Kind[] = ['containers', 'names', 'doors'];
const DECIDERS = ['deployer', 'scheduler', 'proxy-configurator'] as const;

/** Everything that may happen next, in an order that is the same for the same state. */
export const movesOf = (state: State, decisions: Decisions, most: Limits): readonly Move[] => {
  const all = [...regular(state, decisions), ...(state.faults < most.faults ? faultsIn(state, decisions, most) : [])];
  return all
    .flatMap((move) => said(state, move, decisions, move.next.faults < most.faults))
    .map(({ by, next, ...rest }) => ({ ...rest, next: settled(next, decisions, most) }));
};

const chance = ({ isByChance }: Move): Pick<Move, 'isByChance'> => (isByChance ? { isByChance } : {});

/** A host says at once what it did. That its word is late, lost or comes twice is a fault. */
const said = (state: State, move: Move, decisions: Decisions, canFail: boolean): readonly Move[] => {
  const { label, next } = move;
  const acting = next.machines.find((machine, nth) => machine !== state.machines[nth] && move.by === machine.host);
  const reports = acting ? reported(next, acting, decisions) : [];
  if (!acting || reports.length === 0) return [move];
  const late = canFail ? faultsOfReport(next, acting, decisions) : [];
  return [...reports, ...late].map((then) => ({ ...chance(move), ...chance(then), label: `${label}; ${then.label}`, next: then.next }));
};

/** Without what can have no effect any more: decisions that the log would refuse, copies that would not be taken. */
const settled = (state: State, decisions: Decisions, most: Limits): State => {
  const { afoot, copies, world } = state;
  if (copies.length + afoot.length === 0) return state;
  return {
    ...state,
    afoot: afoot.filter(({ decision }) => decisions.accepts(world, decision.expected)),
    copies: copies.filter((copy) => isOfUse(copy, state, decisions, most)),
  };
};

/** A report of before is taken by nobody but a recorder that began anew since. */
const isOfUse = ({ host, message }: Copy, state: State, decisions: Decisions, most: Limits): boolean => {
  const { world, machines, levels, faults } = state;
  if (message.type === 'HostReport')
    return isOfSession(message, world) && (faults < most.faults || decisions.levelAfter(levels[host], message) !== levels[host]);
  const machine = machines.find((each) => each.host === host);
  return (
    machine !== undefined && taken(machine, message, { now: 0, machines }, decisions).held[message.kind] !== machine.held[message.kind]
  );
};

/**
 * What happens where nothing goes wrong. Everybody acts at once but for what may take as long as it likes: a probe, a request of a client, the
 * end of a cut. Time goes on when nothing else happens by itself, so that whoever is slow is slow by a fault.
 */
const regular = (state: State, decisions: Decisions): readonly Move[] => {
  const prompt = [...decided(state, decisions), ...state.machines.flatMap((machine) => spoken(state, machine, decisions))];
  return [
    ...prompt,
    ...[
      ...state.afoot.flatMap((each) => thawed(state, each, decisions)),
      ...state.copies.flatMap((copy) => arrived(state, copy, decisions)),
    ].map((move) => ({ ...move, isByChance: true as const })),
    ...state.machines.flatMap((machine) => inItsTime(state, machine, decisions)),
    ...(prompt.length === 0 ? later(state, decisions) : []),
  ];
};

/** What each service would append in this world. */
export const dueIn = (state: State, decisions: Decisions): readonly { readonly who: string; readonly decision: Decision }[] =>
  DECIDERS.flatMap((who) =>
    decisions[who](state.world, STACK, state.now)
      .filter(({ events }) => events.length > 0)
      .map((decision) => ({ who, decision })),
  );

/** What the recorder would write of a report, at the version of the host's stream. */
export const factsIn = (world: World, report: HostReport, decisions: Decisions): Pick<Decision, 'events' | 'expected'> => ({
  events: decisions.record(report, world).map(({ event }) => event),
  expected: versionsOf(world, [streams.host(report.host)]),
});

/** The message that would tell the host what it does not hold yet; null where it knows. */
export const newsFor = ({ world }: State, { host, held }: Machine, kind: Kind, decisions: Decisions): HostState | null => {
  const state = stackOf(world, STACK);
  const part =
    kind === 'containers'
      ? decisions.containersPart(state, host)
      : kind === 'names'
        ? decisions.namesPart(state)
        : decisions.doorsPart(state);
  const parts = part === null || ('containers' in part && part.containers.length === 0) ? [] : [part];
  if (saysOf(held[kind].parts) === saysOf(parts)) return null;
  const asOf = { incarnation: world.incarnation, position: world.position };
  return { type: 'HostState', host, kind, asOf, full: true, parts, ...(kind === 'containers' ? { keys: {} } : {}) } as HostState;
};

/** The generation of what a host shall run is for people. */
const saysOf = (parts: readonly object[]): string => parts.map(saidBy).join(' ');

const texts = new WeakMap<object, string>();

const saidBy = (part: object): string => {
  const text = texts.get(part) ?? JSON.stringify('containers' in part ? part.containers : part);
  texts.set(part, text);
  return text;
};

export const replace = (state: State, machine: Machine): State => ({
  ...state,
  machines: state.machines.map((each) => (each.host === machine.host ? machine : each)),
});

const decided = (state: State, decisions: Decisions): readonly Move[] =>
  dueIn(state, decisions).flatMap(({ who, decision }) => append(state, decisions, who, decision));

const append = (
  state: State,
  decisions: Decisions,
  who: string,
  { events, expected }: Pick<Decision, 'events' | 'expected'>,
  then: (state: State) => State = (next) => next,
): readonly Move[] =>
  events.length === 0 || !decisions.accepts(state.world, expected)
    ? []
    : [{ label: `${who}: ${words(events)}`, next: then(appended(state, events)) }];

/** A replica that was frozen after it decided goes on, and appends. */
const thawed = (state: State, frozen: Afoot, decisions: Decisions): readonly Move[] =>
  append({ ...state, afoot: state.afoot.filter((each) => each !== frozen) }, decisions, `${frozen.who}, which was frozen`, frozen.decision);

const words = (events: readonly Decided[]): string =>
  events
    .map(({ type, data }) => {
      const about =
        'containers' in data ? data.containers.join(' ') : 'container' in data ? data.container : 'service' in data ? data.service : '';
      return about === '' ? type : `${type} ${about}`;
    })
    .join(', ');

/** What host and control plane say to each other. */
const spoken = (state: State, machine: Machine, decisions: Decisions): readonly Move[] => {
  if (machine.isCut) return [];
  const { host, lost } = machine;
  const told = KINDS.filter((kind) => !lost.includes(kind)).flatMap((kind): Move[] => {
    const news = newsFor(state, machine, kind, decisions);
    return news ? [{ label: `${host}: takes its ${kind}`, next: takes(state, machine, news, decisions), by: host }] : [];
  });
  return [...told, ...(machine.session === null ? greeted(state, machine, decisions) : reported(state, machine, decisions))];
};

/** Nobody but the host sees its single steps: a container is made and started, or stopped and removed, as soon as the host is told. */
const takes = (state: State, machine: Machine, news: HostState, decisions: Decisions): State => {
  let next = replace(state, taken(machine, news, state, decisions));
  for (;;) {
    const now = next.machines.find(({ host }) => host === machine.host) as Machine;
    const [step] = stepsOf(now, decisions);
    if (!step) return next;
    next = afterStep(replace(next, stepTaken(now, step)), step);
  }
};

const reported = (state: State, machine: Machine, decisions: Decisions): readonly Move[] => {
  const report = reportOf(machine, state);
  return report === null || machine.lost.includes('report') ? [] : heard(state, report, decisions, `${machine.host} reports`);
};

/** The recorder makes of a report the newest level that it knows, and writes what is new in that. */
const heard = (state: State, report: HostReport, decisions: Decisions, who: string): readonly Move[] => {
  const { host, seq } = report;
  const level = decisions.levelAfter(state.levels[host], report);
  if (level === null) return [];
  const next = { ...state, levels: { ...state.levels, [host]: level }, sent: Math.max(state.sent, seq) };
  return append(next, decisions, who, factsIn(state.world, level, decisions));
};

/** A new run says hello until it holds a session. */
const greeted = (state: State, machine: Machine, decisions: Decisions): readonly Move[] => {
  const { host } = machine;
  const capacity = { milliCpus: 4000, memoryBytes: 8 * 2 ** 30 };
  const hello = { type: 'HostHello', host, runId: `run-${machine.run}`, tags: [], capacity, proxy: true, engine: '20.10' } as const;
  const events = greet(hello, state.world).map(({ event }) => event);
  const expected = versionsOf(state.world, [...new Set(events.map(({ stream }) => stream))]);
  return append(state, decisions, `${host} says hello`, { events, expected }, (next) =>
    replace(next, { ...machine, session: next.world.hosts.get(host)?.session?.generation ?? null }),
  );
};

/** What takes its time. */
const inItsTime = (state: State, machine: Machine, decisions: Decisions): readonly Move[] => {
  const { host, lost, isCut } = machine;
  const to = (label: string, next: Machine): Move => ({ label: `${host}: ${label}`, next: replace(state, next), by: host });
  const leaving = stackOf(state.world, STACK).leaving;
  return [
    ...stepsOf(machine, decisions).map((step) => ({
      label: `${host}: ${step.do} ${step.container}`,
      next: afterStep(replace(state, stepTaken(machine, step)), step),
      by: host,
    })),
    ...(isLate(state) ? [] : unproven(machine)).map((container) => to(`${container} answers its probe`, proven(machine, container))),
    ...machine.busy
      .filter((container) => leaving.get(container))
      .map((container) => to(`the request to ${container} ends`, { ...machine, busy: machine.busy.filter((each) => each !== container) })),
    ...(lost.length > 0 ? [to('asks again', { ...machine, lost: [] })] : []),
    ...(isCut ? [to('the cut is healed', { ...machine, isCut: false })] : []),
  ];
};

/** A program that has not answered at the deadline never does: later it would only be one more that is taken away. */
export const isLate = ({ world, now }: State): boolean => {
  const { running, deployments, versions } = stackOf(world, STACK);
  const deployment = running === null ? undefined : deployments[running];
  return deployment !== undefined && now - (deployment.startedAt ?? 0) >= (versions[deployment.version]?.manifest.deadlineMs ?? 0);
};

/** Whoever was asked by a container that ends has no answer. */
const afterStep = (state: State, step: Step): State => (step.do === 'stop' ? unanswered(state, step.container) : state);

export const unanswered = (state: State, container: ContainerId): State => ({
  ...state,
  machines: state.machines.map((each) => withoutRequests(each, container)),
});

const withoutRequests = (machine: Machine, container: string): Machine =>
  machine.busy.includes(container as never) ? { ...machine, busy: machine.busy.filter((each) => each !== container) } : machine;

const arrived = (state: State, copy: Copy, decisions: Decisions): readonly Move[] => {
  const { host, message } = copy;
  const machine = state.machines.find((each) => each.host === host);
  if (!machine || machine.isCut) return [];
  const rest = { ...state, copies: state.copies.filter((each) => each !== copy) };
  if (message.type === 'HostReport') return heard(rest, message, decisions, `${host}, a report of before`);
  return [{ label: `${host}: takes ${message.kind} of before`, next: takes(rest, machine, message, decisions), by: host }];
};

/** Time goes on to the next instant that somebody waits for. */
const later = (state: State, decisions: Decisions): readonly Move[] => {
  const waited = DECIDERS.flatMap((who) => decisions[who](state.world, STACK, state.now).flatMap(({ wakeAt }) => wakeAt ?? []));
  const instants = [...waited, ...state.machines.flatMap((machine) => wakeOf(machine) ?? [])].filter((at) => at > state.now);
  if (instants.length === 0) return [];
  const now = Math.min(...instants);
  return [{ label: `${(now - state.now) / 1000} s pass`, next: { ...state, now } }];
};
