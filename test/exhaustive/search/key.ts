import {
  type ContainersPart,
  type DoorSet,
  type DoorsPart,
  type Generation,
  type HostReport,
  type HostState,
  type NamesPart,
} from '#libs/contracts';
import { type ContainerState, containersOf, type Served, type StackState, stackOf, type World } from '#libs/domain/stack';
import type { LogChecker } from '#libs/testing/invariants';
import { isLate, STACK } from '../model/moves.ts';
import type { Afoot, Copy, Machine, State } from '../model/state.ts';

/** From this age on no decision tells one instant from another: the drain timeout of the scenario. */
const OLD_MS = 2000;

/**
 * The text of a state without what no decision can see: positions in the log count only by how they stand to what they are compared
 * with, instants by their age. Two states of one text have the same futures; `search.spec.ts` tries that on those that are met twice.
 */
export const keyOf = (state: State, log: LogChecker): string => {
  const { text, names, doors, isRetiring } = worldText(state.world);
  const machines = state.machines.map((machine) => machineText(state, machine, { names, doors, isRetiring }));
  const afoot = state.afoot.map(afootText).sort();
  const all = [text, ...machines, ...afoot, memoryText(log), state.faults].join('\n');
  return all.replace(INSTANT, (_, at: string) => `~${Math.min(OLD_MS, state.now - Number(at))}`) + (isLate(state) ? ' late' : '');
};

const memories = new WeakMap<LogChecker, string>();

/** What the judgement of a log depends on later and no decision knows any more. */
const memoryText = (log: LogChecker): string => {
  const known = memories.get(log);
  if (known !== undefined) return known;
  const { stacks, dark } = log.model;
  const left = [...(stacks.get(STACK)?.containers.values() ?? [])].filter(({ isRetired }) => !isRetired);
  const ways = left.map(({ leaving, unnamedAt, unroutedAt }) => leaving && [...unnamedAt.values(), ...unroutedAt.values()].map(instant));
  const text = JSON.stringify([left.map(({ hasFailed }) => hasFailed), ways, [...dark]]);
  memories.set(log, text);
  return text;
};

/** An instant in a text, for `keyOf` to replace by its age. */
const INSTANT = /~(\d+)/g;
const instant = (at: number): string => `~${at}`;

/** Positions that others are compared with, each once, in order. */
type Marks = readonly number[];

/** How a position stands to the marks: an even number is the mark itself. */
const rank = (marks: Marks, position: number): number => {
  const above = marks.findIndex((mark) => mark >= position);
  if (above < 0) return 2 * marks.length - 1;
  return marks[above] === position ? 2 * above : 2 * above - 1;
};

interface Known {
  readonly names: Marks;
  readonly doors: Marks;
  readonly isRetiring: boolean;
}

const worlds = new WeakMap<World, Known & { readonly text: string }>();

const worldText = (world: World) => {
  const known = worlds.get(world);
  if (known) return known;
  const state = stackOf(world, STACK);
  const names = marksOf([
    state.names,
    ...healthy(state),
    ...containersOf(state).flatMap(({ leaving }) => leaving?.generation ?? []),
    ...state.leaving.values().map((way) => way.names),
    ...state.awaited.names,
  ]);
  const promotions = Object.values(state.deployments).flatMap(({ promotedAt, isSwitchCompleted }) =>
    promotedAt && !isSwitchCompleted ? [promotedAt.generation] : [],
  );
  const doors = marksOf([
    state.doors?.generation,
    ...promotions,
    ...state.leaving.values().map((way) => way.doors),
    ...state.awaited.doors,
  ]);
  const isRetiring = state.leaving.size > 0;
  const text = stackText(state, { names, doors, isRetiring });
  const made = { names, doors, isRetiring, text };
  worlds.set(world, made);
  return made;
};

const marksOf = (generations: readonly (Generation | null | undefined)[]): Marks =>
  [...new Set(generations.flatMap((generation) => (generation ? [generation.position] : [])))].sort((a, b) => a - b);

/** A promotion waits until hosts serve names as new as these. */
const healthy = (state: StackState): readonly (Generation | null)[] =>
  containersOf(state)
    .filter(({ deployment }) => deployment === state.running)
    .map(({ healthyAt }) => healthyAt);

const stackText = (state: StackState, known: Known): string => {
  const { names, doors, isRetiring } = known;
  // What was served before the first began to leave can't be what a stop waits for.
  const left = Math.min(...containersOf(state).flatMap(({ leaving, retired }) => (leaving && !retired ? [leaving.at] : [])));
  const served = ({ generation, at, firsts }: Served, marks: Marks): unknown =>
    [{ generation, at }, ...firsts].map((each) => [
      rank(marks, each.generation.position),
      isRetiring ? instant(Math.max(each.at, left)) : '',
    ]);
  return JSON.stringify([
    [state.running, state.promoted, state.queue.length, state.requests.length, Object.keys(state.parks)],
    Object.values(state.versions).map(({ status }) => status),
    Object.values(state.deployments).map(({ status, placed, placementFailure, doorsRefused, draft, promotedAt, isSwitchCompleted }) => [
      [status, placed, placementFailure !== null, doorsRefused !== null, draft !== null && state.drafts[draft] !== undefined],
      promotedAt && !isSwitchCompleted ? rank(doors, promotedAt.generation.position) : isSwitchCompleted,
    ]),
    containersOf(state).map((container) => containerText(container, state, known)),
    Object.values(state.drafts).map(({ deployment, prepared, refused, endpoints }) => [
      deployment,
      prepared.keys(),
      refused.keys(),
      endpoints,
    ]),
    state.doors && [rank(doors, state.doors.generation.position), doorsText(state.doors)],
    rank(names, state.names.position),
    [...state.leaving].map(([id, way]) => [id, rank(names, way.names.position), way.doors && rank(doors, way.doors.position)]),
    [state.awaited.names.map(({ position }) => rank(names, position)), state.awaited.doors.map(({ position }) => rank(doors, position))],
    [...state.doorsServed].map(([host, each]) => [host, served(each, doors)]),
    [...state.namesServed].map(([host, each]) => [host, served(each, names)]),
  ]);
};

const containerText = (container: ContainerState, { running }: StackState, { names }: Known): unknown => {
  const { status, run, address, failure, healthyAt, leaving, drainedBy, retired, isGone } = container;
  if (retired) return [container.container, retired.reason, isGone];
  return [
    [container.container, status, run !== null, address !== null, failure && [failure.run === run, failure.reason], isGone],
    container.deployment === running && healthyAt ? rank(names, healthyAt.position) : healthyAt !== null,
    leaving && [leaving.wave, rank(names, leaving.generation.position), instant(leaving.at), drainedBy.keys()],
  ];
};

const doorsText = ({ endpoints }: DoorSet): string => JSON.stringify(endpoints);

const machineText = (state: State, machine: Machine, known: Known): string => {
  const { world } = state;
  const stack = stackOf(world, STACK);
  const { host, held, names, live, session } = machine;
  const copies = state.copies.filter((copy) => copy.host === host);
  const session0 = world.hosts.get(host)?.session;
  const isCurrent = session !== null && session0?.generation.position === session.position;
  const afootNames = afootIn(state, host, 'NamesServed');
  const afootDoors = afootIn(state, host, 'DoorsServed');
  const reports = copies.flatMap(({ message }) => (message.type === 'HostReport' ? [message] : []));
  const known0 = reports.length > 0 ? state.levels[host] : undefined;
  const order = [...new Set([...reports, ...(known0 ? [known0] : [])].map(({ seq }) => seq))].sort((a, b) => a - b);
  const own = {
    names: marksOf([
      names?.generation,
      stack.namesServed.get(host)?.generation,
      held.names.parts[0]?.generation,
      ...copies.flatMap(namesIn),
      ...afootNames,
    ]),
    doors: marksOf([
      live?.generation,
      stack.doorsServed.get(host)?.generation,
      held.doors.parts[0]?.live?.generation,
      ...copies.flatMap(doorsIn),
      ...afootDoors,
    ]),
  };
  const both = { known, own };
  return [
    staticText(machine),
    session === null ? 'silent' : isCurrent,
    session0?.runId === `run-${machine.run}`,
    [...machine.engine.keys()].map((id) => stack.containers.get(id)?.run).join(),
    instant(machine.namesAt),
    names && place(names.generation, both, 'names'),
    held.names.parts[0] && place(held.names.parts[0].generation, both, 'names'),
    live && place(live.generation, both, 'doors'),
    held.doors.parts[0]?.live && place(held.doors.parts[0].live.generation, both, 'doors'),
    stack.namesServed.get(host) && place(stack.namesServed.get(host)?.generation, both, 'names'),
    stack.doorsServed.get(host) && place(stack.doorsServed.get(host)?.generation, both, 'doors'),
    Object.values(stack.drafts).map(({ draft }) => [machine.prepared.includes(draft), machine.refused[draft] !== undefined].join()),
    copies.map((copy) => copyText(copy, machine, both, isCurrent, order)).sort(),
    known0 && copyText({ host, message: known0 }, machine, both, isCurrent, order),
    afootNames.map((each) => place(each, both, 'names')),
    afootDoors.map((each) => place(each, both, 'doors')),
  ].join(' ');
};

interface Both {
  readonly known: Known;
  readonly own: Pick<Known, 'names' | 'doors'>;
}

const place = (generation: Generation | undefined, { known, own }: Both, kind: 'names' | 'doors'): string =>
  generation ? `${rank(known[kind], generation.position)}/${rank(own[kind], generation.position)}` : '';

const statics = new WeakMap<Machine, string>();

const staticText = (machine: Machine): string => {
  const known = statics.get(machine);
  if (known !== undefined) return known;
  const { host, held, engine, healthyRuns, live, busy, lost, isCut, names } = machine;
  const text = JSON.stringify([
    [host, lost, isCut, busy],
    held.containers.parts.map(containersText),
    held.doors.parts.map(partText),
    held.names.parts.map(namesText),
    names && namesText(names),
    live && doorsText(live),
    [...engine].sort().map(([id, { state, runs, hasEnded }]) => [id, state, runs, hasEnded, healthyRuns[id]]),
  ]);
  statics.set(machine, text);
  return text;
};

const containersText = ({ containers }: ContainersPart): unknown =>
  containers.map((each) => [
    each.goal,
    each.goal === 'gone' ? each.container : each.spec.container,
    each.goal === 'drain' ? each.disregard : [],
  ]);

const namesText = ({ promoted, versions, callers }: NamesPart): unknown => [promoted, versions, Object.keys(callers)];

/** A draft is told by what it leads to. */
const partText = ({ live, drafts }: DoorsPart): unknown => [live?.endpoints, drafts.map(({ endpoints }) => endpoints)];

const namesIn = ({ message }: Copy): readonly (Generation | null)[] =>
  message.type === 'HostReport'
    ? message.parts.map(({ names }) => names)
    : message.kind === 'names'
      ? message.parts.map(({ generation }) => generation)
      : [];

const doorsIn = ({ message }: Copy): readonly (Generation | null | undefined)[] =>
  message.type === 'HostReport'
    ? message.parts.map(({ doors }) => doors?.generation)
    : message.kind === 'doors'
      ? message.parts.map(({ live }) => live?.generation)
      : [];

const copyText = (copy: Copy, machine: Machine, both: Both, isCurrent: boolean, order: readonly number[]): string => {
  const { message } = copy;
  const names = namesIn(copy).map((each) => each && place(each, both, 'names'));
  const doors = doorsIn(copy).map((each) => each && place(each, both, 'doors'));
  return `${message.type === 'HostReport' ? `${order.indexOf(message.seq)} ${reportText(message, isCurrent)}` : stateText(message, machine)} ${names} ${doors}`;
};

const stateText = (message: HostState, { held }: Machine): string => {
  const isNewest = message.asOf.position - held[message.kind].asOf.position;
  const parts =
    message.kind === 'containers'
      ? message.parts.map(containersText)
      : message.kind === 'names'
        ? message.parts.map(namesText)
        : message.parts.map(partText);
  return `${message.kind} ${Math.sign(isNewest)} ${JSON.stringify(parts)}`;
};

const reportText = ({ containers, parts }: HostReport, isCurrent: boolean): string => {
  const levels = containers.map(({ container, state, run, health, drained }) => [container, state, run, health, drained]);
  return `${isCurrent} ${JSON.stringify([levels, parts.map(({ busy, drafts }) => [busy, drafts.map(({ refused }) => refused)])])}`;
};

/** A decision under way is told by what it says; what a recorder's says of generations is told with its host. */
const afootText = ({ who, decision }: Afoot): string =>
  `${who} ${JSON.stringify(
    decision.events.map(({ type, data }) => [
      type,
      'containers' in data ? data.containers : 'container' in data ? data.container : '',
      'service' in data ? data.service : '',
      'endpoints' in data ? data.endpoints : '',
      'waited' in data ? data.waited.drained : '',
    ]),
  )}`;

const afootIn = (state: State, host: string, type: 'NamesServed' | 'DoorsServed'): readonly Generation[] =>
  state.afoot.flatMap(({ decision }) =>
    decision.events.flatMap((event) =>
      event.type === type && event.data.host === host && 'generation' in event.data ? [event.data.generation] : [],
    ),
  );
