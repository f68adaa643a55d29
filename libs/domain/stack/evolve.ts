import {
  assertNever,
  type BerthEvent,
  type ContainerId,
  type DeploymentId,
  type EventData,
  type EventType,
  type Generation,
  type HostId,
  type Instant,
  type Recorded,
} from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import { forget, leave, redraw, serve } from './out-of-reach.ts';
import { forgetOver } from './over.ts';
import { pinnedAfter } from './pinned.ts';
import { setbacksAfter } from './setbacks.ts';
import { type ContainerState, type DeploymentState, isInService, type StackState } from './state.ts';

type Of<T extends EventType> = Recorded<T>;

/** Folds one event that concerns the stack. Events of hosts alone leave it as it is. */
export const evolveStack = (state: StackState, event: BerthEvent): StackState => ({
  ...fold(state, event),
  last: isOfDeciding(event) ? state.last : { id: event.id, correlation: event.correlation },
});

/** They tell how deciding went; what is decided next has other causes. */
const isOfDeciding = ({ type }: BerthEvent): boolean => type === 'StackParked' || type === 'UnparkRequested' || type === 'DecisionStalled';

const fold = (state: StackState, event: BerthEvent): StackState => {
  switch (event.type) {
    case 'DeployRequested':
      return { ...state, requests: [...state.requests, event.data] };
    case 'VersionCreated':
      return versionCreated(state, event);
    case 'DeploymentQueued':
      return { ...state, queue: [...state.queue, event.data.deployment] };
    case 'DeploymentStarted':
      return deploymentStarted(state, event);
    case 'DeployFailed':
      return deployFailed(state, event);
    case 'ContainersPlaced':
      return containersPlaced(state, event);
    case 'PlacementFailed':
      return placing(state, event.data, 'failed', { placementFailure: event.data });
    case 'PlacementDelayed':
      return placing(state, event.data, 'delayed', {});
    case 'PlacementReleased':
      return {
        ...forget(state, [event.data.container]),
        moves: without(state.moves, event.data.container),
        containers: state.containers.without(event.data.container),
        desired: generationOf(event),
      };
    case 'PlacementsWithdrawn':
      return {
        ...change(state, event.data.containers, () => ({ withdrawn: { why: event.data.why, at: event.at } })),
        desired: generationOf(event),
      };
    case 'ContainersLost':
      return { ...lost(state, event.data.containers, event.at), names: generationOf(event), desired: generationOf(event) };
    case 'ContainersFound':
      return { ...lost(state, event.data.containers, null), names: generationOf(event), desired: generationOf(event) };
    case 'ScaleRequested': {
      const { service, change } = event.data;
      return { ...state, scaling: [...state.scaling, { request: event.id, service, change }] };
    }
    case 'ServiceScaled':
      return serviceScaled(state, event);
    case 'MovesRequested': {
      const moves = Object.fromEntries(event.data.moves.map(({ container, host }) => [container, host]));
      return { ...state, moves: { ...state.moves, ...moves } };
    }
    case 'MovesRefused':
      return { ...state, moves: event.data.containers.reduce(without, state.moves) };
    case 'ContainerStarted':
      return containerStarted(state, event);
    case 'ContainerHealthy':
      return containerHealthy(state, event);
    case 'ContainerFailed':
      return containerFailed(state, event);
    case 'ContainerStopped':
      return containerStopped(state, event);
    case 'ContainersDrained':
      return change(state, event.data.containers, (c) => ({ drainedBy: c.drainedBy.set(event.data.host, event.at), drainedAt: event.at }));
    case 'DoorsDrawn':
      return doorsDrawn(state, event);
    case 'DoorsRefused':
      return deployment(state, event.data.deployment, { doorsRefused: event.data });
    case 'ProxyPrepared':
      return draft(state, event, (d) => ({ ...d, prepared: d.prepared.set(event.data.host, event.at) }));
    case 'ProxyRefused':
      return draft(state, event, (d) => ({ ...d, refused: d.refused.set(event.data.host, event.data.words) }));
    case 'VersionPromoted':
      return versionPromoted(state, event);
    case 'DoorsServed':
      return {
        ...state,
        doorsServed: serve(
          state.doorsServed,
          event.data.host,
          { generation: event.data.generation, at: event.at, since: event.data.since },
          state.awaited.doors,
        ),
      };
    case 'NamesServed':
      return {
        ...state,
        namesServed: serve(
          state.namesServed,
          event.data.host,
          { generation: event.data.generation, at: event.at, since: event.at },
          state.awaited.names,
        ),
      };
    case 'SwitchCompleted':
      return deployment(state, event.data.deployment, { isSwitchCompleted: true });
    case 'RetirementWaveStarted':
      return waveStarted(state, event);
    case 'ContainersRetired':
      return containersRetired(state, event);
    case 'VersionRetired':
      return forgetOver(version(state, event.data.version, 'retired'));
    case 'StackParked':
      return {
        ...state,
        parks: { ...state.parks, [event.data.consumer]: { event: event.data.event, error: event.data.error, at: event.at } },
      };
    case 'UnparkRequested':
      return { ...state, parks: without(state.parks, event.data.consumer) };
    case 'HostJoined':
    case 'HostTagged':
    case 'HostRetagged':
    case 'HostChangeRequested':
    case 'HostCordoned':
    case 'HostUncordoned':
    case 'HostDrained':
    case 'HostRebootStarted':
    case 'HostSuspected':
    case 'HostLost':
    case 'HostReturned':
    case 'HostRemoved':
    case 'FleetSilent':
    case 'FleetHeard':
    case 'GroupTagged':
    case 'HostConnected':
    case 'ImagesNoted':
    case 'ReportsRefused':
    case 'FormatRaised':
    case 'DecisionStalled':
    case 'ListeningResumed':
    case 'IncarnationRaised':
      return state;
    default:
      return assertNever(event);
  }
};

const generationOf = ({ incarnation, position }: BerthEvent): Generation => ({ incarnation, position });

const without = <T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> => {
  const { [key]: _, ...rest } = record;
  return rest;
};

const change = (state: StackState, ids: readonly ContainerId[], patch: (c: ContainerState) => Partial<ContainerState>): StackState => {
  let { containers } = state;
  for (const id of ids) {
    const known = containers.get(id);
    if (known) containers = containers.set(id, { ...known, ...patch(known) });
  }
  return { ...state, containers };
};

/** Whoever asked shall hear anew where no host takes what serves. */
const serviceScaled = (state: StackState, { data }: Of<'ServiceScaled'>): StackState => {
  const { service, replicas, of, request } = data;
  const serving = state.promoted === null ? undefined : state.versions[state.promoted]?.deployment;
  const placed = serving && state.deployments[serving]?.placed;
  const heard =
    serving && placed?.[service] === 'failed' ? deployment(state, serving, { placed: { ...placed, [service]: 'placed' } }) : state;
  const scaling = state.scaling.filter((asked) => asked.request !== request);
  return { ...heard, scaling, scaled: { ...state.scaled, [service]: { replicas, of } } };
};

const deployment = (state: StackState, id: DeploymentId, patch: Partial<DeploymentState>): StackState => {
  const known = state.deployments[id];
  return known ? { ...state, deployments: { ...state.deployments, [id]: { ...known, ...patch } } } : state;
};

const version = (state: StackState, number: number, status: StackState['versions'][number]['status']): StackState => {
  const known = state.versions[number];
  return known ? { ...state, versions: { ...state.versions, [number]: { ...known, status } } } : state;
};

const draft = (
  state: StackState,
  event: Of<'ProxyPrepared'> | Of<'ProxyRefused'>,
  patch: (d: StackState['drafts'][never]) => StackState['drafts'][never],
): StackState => {
  const known = state.drafts[event.data.draft];
  return known ? { ...state, drafts: { ...state.drafts, [event.data.draft]: patch(known) } } : state;
};

const versionCreated = (state: StackState, { data }: Of<'VersionCreated'>): StackState => ({
  ...state,
  requests: state.requests.filter((request) => request.deployment !== data.deployment),
  versions: {
    ...state.versions,
    [data.version]: { version: data.version, deployment: data.deployment, manifest: data.manifest, images: data.images, status: 'created' },
  },
  deployments: {
    ...state.deployments,
    [data.deployment]: {
      deployment: data.deployment,
      version: data.version,
      status: 'queued',
      startedAt: null,
      replaces: null,
      placed: {},
      given: {},
      placementFailure: null,
      doorsRefused: null,
      draft: null,
      promotedAt: null,
      isSwitchCompleted: false,
      failure: null,
    },
  },
});

const deploymentStarted = (state: StackState, { data, at }: Of<'DeploymentStarted'>): StackState => ({
  ...deployment(state, data.deployment, { status: 'running', startedAt: at, replaces: data.replaces }),
  queue: state.queue.filter((id) => id !== data.deployment),
  running: data.deployment,
});

const deployFailed = (state: StackState, event: Of<'DeployFailed'>): StackState => {
  const { data } = event;
  const ended = deployment(version(state, data.version, 'failed'), data.deployment, {
    status: 'failed',
    failure: { step: data.step, cause: data.cause },
  });
  const draftId = state.deployments[data.deployment]?.draft;
  return forgetOver({
    ...ended,
    running: state.running === data.deployment ? null : state.running,
    queue: state.queue.filter((id) => id !== data.deployment),
    drafts: draftId ? without(state.drafts, draftId) : state.drafts,
    desired: generationOf(event),
  });
};

const placing = (
  state: StackState,
  data: { deployment: DeploymentId; service: string },
  how: 'placed' | 'delayed' | 'failed',
  patch: Partial<DeploymentState>,
): StackState => {
  const known = state.deployments[data.deployment];
  return known ? deployment(state, data.deployment, { placed: { ...known.placed, [data.service]: how }, ...patch }) : state;
};

const givenAfter = (
  known: DeploymentState | undefined,
  { service, placements }: EventData<'ContainersPlaced'>,
): DeploymentState['given'] => {
  const slots = [...(known?.given[service] ?? [])];
  for (const { slot } of placements) {
    while (slots.length < slot) slots.push(0);
    slots[slot - 1] = (slots[slot - 1] ?? 0) + 1;
  }
  return { ...known?.given, [service]: slots };
};

const containersPlaced = (state: StackState, event: Of<'ContainersPlaced'>): StackState => {
  const { data } = event;
  const placed = data.placements.map(
    (placement): ContainerState => ({
      ...placement,
      service: data.service,
      version: data.version,
      deployment: data.deployment,
      status: 'placed',
      since: event.at,
      run: null,
      address: null,
      healthyAt: null,
      failure: null,
      leaving: null,
      drainedBy: OrderedMap.empty(),
      drainedAt: null,
      retired: null,
      replaces: placement.replaces ?? null,
      withdrawn: null,
      lostAt: null,
      isGone: false,
    }),
  );
  const next = placing(state, data, 'placed', { given: givenAfter(state.deployments[data.deployment], data) });
  const replaced = placed.flatMap(({ replaces }) => replaces ?? []);
  return {
    ...next,
    moves: replaced.reduce(without, state.moves),
    containers: placed.reduce((known, container) => known.set(container.container, container), next.containers),
    names: generationOf(event),
    desired: generationOf(event),
  };
};

const lost = (state: StackState, ids: readonly ContainerId[], lostAt: Instant | null): StackState => change(state, ids, () => ({ lostAt }));

/** Whoever starts for the first time is found under no name before and after it. */
const containerStarted = (state: StackState, event: Of<'ContainerStarted'>): StackState => ({
  ...change(state, [event.data.container], () => ({
    status: 'started',
    since: event.at,
    run: event.data.run,
    address: event.data.address,
    healthyAt: null,
    isGone: false,
  })),
  names: state.containers.get(event.data.container)?.status === 'placed' ? state.names : generationOf(event),
  desired: generationOf(event),
  pinned: pinnedOf(state, event),
});

const pinnedOf = (state: StackState, { data }: Of<'ContainerStarted'>): StackState['pinned'] => {
  const known = state.containers.get(data.container);
  return known ? pinnedAfter(state, known) : state.pinned;
};

/** Most are stopped after they left the names; one that vanished while it was found there changes them. */
const containerStopped = (state: StackState, event: Of<'ContainerStopped'>): StackState => {
  const known = state.containers.get(event.data.container);
  const generation = generationOf(event);
  return {
    ...change(state, [event.data.container], () => ({ isGone: true, address: null, healthyAt: null })),
    names: known && isInService(known) ? generation : state.names,
    desired: generation,
  };
};

const containerHealthy = (state: StackState, event: Of<'ContainerHealthy'>): StackState => ({
  ...change(state, [event.data.container], () => ({ status: 'healthy', since: event.at, healthyAt: generationOf(event), failure: null })),
  names: generationOf(event),
  desired: generationOf(event),
});

const containerFailed = (state: StackState, event: Of<'ContainerFailed'>): StackState => ({
  ...change(state, [event.data.container], () => ({ status: 'failed', since: event.at, healthyAt: null, failure: event.data })),
  names: generationOf(event),
  desired: generationOf(event),
  setbacks: setbacksOf(state, event),
});

const setbacksOf = ({ containers, setbacks }: StackState, { data, at }: Of<'ContainerFailed'>): StackState['setbacks'] => {
  const known = containers.get(data.container);
  return known ? setbacksAfter(setbacks, { service: known.service, host: known.host, at }) : setbacks;
};

const doorsDrawn = (state: StackState, event: Of<'DoorsDrawn'>): StackState => {
  const { data } = event;
  const { servers, endpoints } = data;
  if (data.mode === 'live' || data.deployment === null)
    return redraw({ ...state, doors: { generation: generationOf(event), version: data.version, servers, endpoints } });
  const drawn = {
    ...{ draft: event.id, deployment: data.deployment, version: data.version, servers, endpoints },
    ...{ prepared: OrderedMap.empty<HostId, Instant>(), refused: OrderedMap.empty<HostId, string>() },
  };
  const older = state.deployments[data.deployment]?.draft;
  const drafts = older ? without(state.drafts, older) : state.drafts;
  return { ...deployment(state, data.deployment, { draft: event.id }), drafts: { ...drafts, [event.id]: drawn } };
};

const versionPromoted = (state: StackState, event: Of<'VersionPromoted'>): StackState => {
  const { data } = event;
  const generation = generationOf(event);
  const before = state.promoted === null ? state : version(state, state.promoted, 'superseded');
  const promoted = deployment(version(before, data.version, 'promoted'), data.deployment, {
    status: 'promoted',
    promotedAt: { generation, at: event.at },
  });
  const draftState = data.draft === null ? null : state.drafts[data.draft];
  return redraw({
    ...promoted,
    promoted: data.version,
    running: null,
    names: generation,
    doors: draftState
      ? { generation, version: data.version, servers: draftState.servers, endpoints: draftState.endpoints }
      : emptied(state, generation, data.version),
    drafts: data.draft === null ? state.drafts : without(state.drafts, data.draft),
  });
};

/** A version without routes closes the doors of the one before. */
const emptied = (state: StackState, generation: Generation, number: number): StackState['doors'] =>
  state.doors === null ? null : { generation, version: number, servers: [], endpoints: {} };

const waveStarted = (state: StackState, event: Of<'RetirementWaveStarted'>): StackState => ({
  ...change(leave(state, event.data.containers, generationOf(event)), event.data.containers, () => ({
    leaving: { wave: event.data.wave, generation: generationOf(event), at: event.at, disregard: event.data.disregard },
    drainedBy: OrderedMap.empty(),
    drainedAt: null,
  })),
  names: generationOf(event),
  desired: generationOf(event),
});

const containersRetired = (state: StackState, event: Of<'ContainersRetired'>): StackState => ({
  ...change(forget(state, event.data.containers), event.data.containers, () => ({
    retired: { reason: event.data.reason, at: event.at },
    drainedBy: OrderedMap.empty(),
  })),
  names: generationOf(event),
  desired: generationOf(event),
});
