import type { BerthEvent, ContainerId, EventData, HostId, Instant, StackName } from '#libs/contracts';
import { takeOfFleet } from './fleet.ts';
import {
  type ContainerModel,
  containersIn,
  type Doors,
  type Model,
  namedBy,
  type StackModel,
  servesWithout,
  stackIn,
  textOf,
} from './model.ts';

/** Moves the model on by one event. */
export const take = (model: Model, event: BerthEvent): void => {
  if (event.type === 'IncarnationRaised')
    // What serves is told anew under this generation.
    for (const stack of model.stacks.values()) if (stack.doors) stack.doorsOnce.set(textOf(event), stack.doors);
  if (isOfStack(event)) takeOfStack(model, stackIn(model, event.data.stack), event);
  else takeOfFleet(model, event);
};

type OfStack = Extract<BerthEvent, { readonly data: { readonly stack: StackName } }>;

const isOfStack = (event: BerthEvent): event is OfStack => 'stack' in event.data;

const takeOfStack = (model: Model, stack: StackModel, event: OfStack): void => {
  switch (event.type) {
    case 'VersionCreated':
      stack.versions.set(event.data.version, event.data);
      return;
    case 'DeploymentStarted':
      stack.running = event.data.deployment;
      return;
    case 'DeployFailed':
      stack.failed.add(event.data.deployment);
      if (stack.running === event.data.deployment) stack.running = null;
      return;
    case 'VersionPromoted':
      promote(model, stack, event);
      return;
    case 'DoorsDrawn':
      if (event.data.mode === 'draft') stack.drafts.set(event.id, event.data);
      else serve(model, stack, event, event.data);
      return;
    case 'DoorsServed':
      stack.doorsServed.set(event.data.host, { generation: event.data.generation, at: event.at });
      for (const known of leavingIn(model, stack)) unroute(stack, known, event.data.host, event.at);
      return;
    case 'NamesServed':
      stack.namesServed.set(event.data.host, { generation: event.data.generation, at: event.at });
      for (const known of leavingIn(model, stack))
        if (event.data.generation.position >= known.leaving.position) first(known.unnamedAt, event.data.host, event.at);
      return;
    case 'ContainersPlaced':
      for (const placement of event.data.placements) {
        const placed = placedAs(event.data, placement);
        model.containers.set(placed.container, placed);
        stack.containers.set(placed.container, placed);
        const replaced = model.containers.get(placement.replaces ?? placed.container);
        if (replaced && replaced !== placed) replaced.isReplaced = true;
      }
      return;
    case 'PlacementsWithdrawn':
    case 'ContainersLost':
    case 'ContainersFound':
    case 'RetirementWaveStarted':
    case 'ContainersRetired':
    case 'ContainersDrained':
      for (const id of event.data.containers) change(model, id, event);
      if (event.type === 'RetirementWaveStarted')
        for (const known of leavingIn(model, stack)) for (const host of stack.doorsServed.keys()) unroute(stack, known, host, event.at);
      return;
    case 'ContainerStarted':
    case 'ContainerHealthy':
    case 'ContainerFailed':
    case 'ContainerStopped':
    case 'PlacementReleased':
      change(model, event.data.container, event);
      return;
    default:
      return;
  }
};

type Leaving = ContainerModel & { readonly leaving: NonNullable<ContainerModel['leaving']> };

const leavingIn = (model: Model, { stack }: StackModel): readonly Leaving[] =>
  containersIn(model, stack).filter((known): known is Leaving => known.leaving !== null && !known.isRetired);

const unroute = (stack: StackModel, known: ContainerModel, host: HostId, at: Instant): void => {
  if (servesWithout(stack, host, known.container)) first(known.unroutedAt, host, at);
};

const first = (instants: Map<HostId, Instant>, host: HostId, at: Instant): void => {
  if (!instants.has(host)) instants.set(host, at);
};

const promote = (model: Model, stack: StackModel, event: Extract<BerthEvent, { type: 'VersionPromoted' }>): void => {
  stack.promoted = event.data.version;
  stack.everPromoted.add(event.data.version);
  stack.running = null;
  const draft = event.data.draft === null ? undefined : stack.drafts.get(event.data.draft);
  if (draft) serve(model, stack, event, draft);
  else if (stack.doors) serve(model, stack, event, { version: event.data.version, servers: [], endpoints: {} });
};

const serve = (model: Model, stack: StackModel, event: BerthEvent, doors: Doors): void => {
  stack.doors = doors;
  stack.doorsOnce.set(textOf(event), doors);
  for (const id of namedBy(doors)) {
    const container = model.containers.get(id);
    if (container) container.hasServed = true;
  }
};

type Placed = EventData<'ContainersPlaced'>;

const placedAs = ({ stack, service, version, deployment }: Placed, placement: Placed['placements'][number]): ContainerModel => ({
  ...{ container: placement.container, stack, service, slot: placement.slot, version, deployment, host: placement.host },
  ...{ run: null, address: null, isHealthy: false, hasFailed: false, hasServed: false, leaving: null },
  ...{
    isWithdrawn: false,
    isReplaced: false,
    isLost: false,
    isRetired: false,
    isGone: false,
    isReleased: false,
    drainedBy: new Set(),
    namelessSince: 0,
  },
  ...{ unnamedAt: new Map(), unroutedAt: new Map() },
});

const change = (model: Model, id: ContainerId, event: BerthEvent): void => {
  const known = model.containers.get(id);
  if (!known) return;
  const { position, at } = event;
  switch (event.type) {
    case 'ContainerStarted':
      if (known.run !== null) lose(known, position);
      Object.assign(known, { run: event.data.run, address: event.data.address, isHealthy: false, isGone: false });
      return;
    case 'ContainerHealthy':
      known.isHealthy = true;
      return;
    case 'ContainerFailed':
      lose(known, position);
      return;
    case 'ContainerStopped':
      if (known.isRetired) known.isHealthy = false;
      else lose(known, position);
      known.isGone = true;
      return;
    case 'PlacementsWithdrawn':
      known.isWithdrawn = true;
      return;
    case 'ContainersLost':
      known.isLost = true;
      if (known.leaving === null) known.namelessSince = position;
      return;
    case 'ContainersFound':
      Object.assign(known, { isLost: false, isReplaced: false });
      return;
    case 'ContainersDrained':
      known.drainedBy.add(event.data.host);
      return;
    case 'RetirementWaveStarted':
      known.leaving = { wave: event.data.wave, position, at };
      known.namelessSince = position;
      return;
    case 'ContainersRetired':
      known.isRetired = true;
      if (known.leaving === null) known.namelessSince = position;
      return;
    case 'PlacementReleased':
      known.isReleased = true;
      return;
  }
};

const lose = (known: ContainerModel, position: number): void => {
  Object.assign(known, { isHealthy: false, hasFailed: true });
  if (known.leaving === null) known.namelessSince = position;
};
