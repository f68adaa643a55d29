import type { ContainerId, NamesPart, ServiceName } from '#libs/contracts';
import { answer, emptyTables, type Tables, Type, withPart } from '#libs/domain/naming';
import { type ContainerState, containersOf, type StackState, stackOf } from '#libs/domain/stack';
import { STACK } from '../model/moves.ts';
import type { Machine, Made, State } from '../model/state.ts';

/**
 * What is wrong with what really runs, what proxies really serve and what resolvers really answer. That nobody is reached where a container
 * ended by itself is nobody's fault, until all is at rest again.
 */
export const wrongOnHosts = (state: State, isAtRest: boolean): readonly string[] => {
  const stack = stackOf(state.world, STACK);
  const view = { state, stack, ended: isAtRest ? new Set<ContainerId>() : endedIn(state) };
  return [
    ...state.machines.flatMap((machine) => [...deadDoors(view, machine), ...strangers(stack, machine), ...wrongNames(view, machine)]),
    ...stoppedTooEarly(state, stack),
    ...callersLeftAlone(view),
    ...touchedByFailure(state, stack),
  ];
};

interface View {
  readonly state: State;
  readonly stack: StackState;
  /** By themselves. */
  readonly ended: ReadonlySet<ContainerId>;
}

const endedIn = ({ machines }: State): ReadonlySet<ContainerId> =>
  new Set(machines.flatMap(({ engine }) => [...engine].flatMap(([id, { hasEnded }]) => (hasEnded ? [id] : []))));

/** I2: behind each route that a proxy serves, a container runs. */
const deadDoors = ({ state, stack, ended }: View, { host, live }: Machine): readonly string[] =>
  (live?.servers ?? [])
    .filter(({ key }) => !(live?.endpoints[key] ?? []).some(({ container }) => runs(state, container)))
    .filter(({ service }) => !containersOf(stack).some((each) => each.service === service && ended.has(each.container)))
    .map(({ key }) => `I2: nothing runs behind the route ${key} of ${host}`);

/** I3: on a host runs nothing but what was placed there, and nothing whose end the log already knows. */
const strangers = ({ containers }: StackState, { host, engine }: Machine): readonly string[] =>
  [...engine.keys()]
    .filter((id) => containers.get(id)?.host !== host || containers.get(id)?.isGone)
    .map((id) => `I3: ${id} is on ${host}, and the log has it not there`);

/** I6: what was told to stop is led to by no proxy and no resolver. A container runs until it is told to stop. */
const stoppedTooEarly = ({ machines }: State, state: StackState): readonly string[] =>
  containersOf(state).flatMap((container) => {
    const id = container.container;
    if (container.retired === null) return wasStopped(container, machines) ? [`I6: ${id} was stopped, and the log did not say so`] : [];
    const isFound = ({ live, names }: Machine): boolean =>
      namedByDoors(live).includes(id) || (container.retired?.reason === 'replaced' && names !== null && namedIn(names).includes(id));
    return machines.filter(isFound).map(({ host }) => `I6: ${id} is told to stop while ${host} leads to it`);
  });

const wasStopped = ({ container, host, run, isGone }: ContainerState, machines: readonly Machine[]): boolean =>
  run !== null && !isGone && !isUpOrEnded(machines.find((machine) => machine.host === host)?.engine.get(container));

const isUpOrEnded = (made: Made | undefined): boolean => made !== undefined && (made.state === 'running' || made.hasEnded);

/** I7: while one runs that was promoted and may still call, a container of its own version that it calls runs. */
const callersLeftAlone = ({ state, stack, ended }: View): readonly string[] =>
  calls(state, stack)
    .filter(({ caller, service }) => !calledBy(stack, caller, service).some((id) => runs(state, id) || ended.has(id)))
    .map(({ caller, service }) => `I7: ${caller.container} runs, and no ${service} of version ${caller.version} does`);

/** I7: who calls gets its own version, and one that was promoted gets something. */
const wrongNames = ({ state, stack, ended }: View, machine: Machine): readonly string[] =>
  callsOf(state, stack, machine).flatMap(({ caller, service, wasPromoted }) => {
    const given = found(machine, caller, service);
    const wrong = given.filter((id) => !isOf(stack.containers.get(id), caller.version, service));
    // Where all of its own have failed, one that was promoted gets those of the version that is now.
    if (wasPromoted && calledBy(stack, caller, service).some((id) => ended.has(id))) return [];
    return [
      ...wrong.map((id) => `I7: ${caller.container} of version ${caller.version} is led to ${id}`),
      ...(wasPromoted && given.length === 0 ? [`I7: ${caller.container} finds no ${service} on ${machine.host}`] : []),
    ];
  });

/** I10: a failed deployment leaves what serves as it was. */
const touchedByFailure = ({ machines }: State, stack: StackState): readonly string[] => {
  if (stack.promoted !== 1) return [];
  const old = containersOf(stack).filter(({ version }) => version === 1);
  return [
    ...old
      .filter(({ leaving, retired }) => leaving ?? retired)
      .map(({ container }) => `I10: ${container} leaves, and version 2 is not promoted`),
    ...machines
      .filter(({ live }) => namedByDoors(live).some((id) => !old.some(({ container }) => container === id)))
      .map(({ host }) => `I10: the proxy of ${host} serves a version that is not promoted`),
  ];
};

const calledBy = (stack: StackState, { version }: ContainerState, service: ServiceName): readonly ContainerId[] =>
  containersOf(stack)
    .filter((each) => isOf(each, version, service))
    .map(({ container }) => container);

interface Call {
  readonly caller: ContainerState;
  readonly service: ServiceName;
  readonly wasPromoted: boolean;
}

const calls = (state: State, stack: StackState): readonly Call[] =>
  state.machines.flatMap((machine) => callsOf(state, stack, machine)).filter(({ wasPromoted }) => wasPromoted);

/** Whom the containers that run on a host call, as their manifest says. One that was told to stop calls nobody new. */
const callsOf = (state: State, stack: StackState, { host }: Machine): readonly Call[] =>
  containersOf(stack)
    .filter((each) => each.host === host && each.retired === null && runs(state, each.container))
    .flatMap((caller) => {
      const version = stack.versions[caller.version];
      const wasPromoted = version?.status === 'promoted' || version?.status === 'superseded';
      return (version?.manifest.services[caller.service]?.dependsOn ?? []).map(({ service }) => ({ caller, service, wasPromoted }));
    });

const tables = new WeakMap<NamesPart, Tables>();

const found = ({ names, host }: Machine, { container, service, version }: ContainerState, called: ServiceName): readonly ContainerId[] => {
  if (names === null) return [];
  const known = tables.get(names) ?? withPart(emptyTables('berth.internal', null), names);
  tables.set(names, known);
  const caller = { stack: STACK, service, container, version, host };
  const said = answer(known, caller, { name: `${called}.${STACK}.berth.internal`, type: Type.A });
  if (said.kind !== 'addresses') return [];
  return endpointsIn(names).flatMap((each) => (said.pool.addresses.includes(each.address) ? [each.container] : []));
};

const endpointsIn = ({ versions }: NamesPart) => Object.values(versions).flatMap((services) => Object.values(services).flat());
const namedIn = (names: NamesPart): readonly ContainerId[] => endpointsIn(names).map(({ container }) => container);

const namedByDoors = (live: Machine['live']): readonly ContainerId[] =>
  Object.values(live?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container));

const runs = ({ machines }: State, container: ContainerId): boolean =>
  machines.some(({ engine }) => engine.get(container)?.state === 'running');

const isOf = (known: ContainerState | undefined, version: number, service: string): boolean =>
  known?.version === version && known.service === service;
