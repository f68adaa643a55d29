import type { HostId, StackName } from '#libs/contracts';
import {
  type ContainerState,
  containersOf,
  type HostFacts,
  isInService,
  isStaying,
  replicasOf,
  type StackState,
  stackOf,
  type VersionState,
  type World,
} from '#libs/domain/stack';
import type { HostMachine } from '../host/host-machine.ts';
import { hasRoomFor } from './room.ts';

interface Ends {
  readonly hosts: readonly HostMachine[];
  /** The log lost events: what they told of is kept and told, and nobody's. */
  readonly mayHaveStrangers: boolean;
}

/** What still differs between what the log wants and what there is, in words. Empty: the world is at rest. */
export function* differences(world: World, { hosts, mayHaveStrangers }: Ends): Iterable<string> {
  const present = hosts.filter(({ isGone }) => !isGone);
  for (const stack of stacksOf(world)) yield* ofStack(world, stackOf(world, stack), present);
  for (const host of world.hosts.values()) yield* ofHost(world, host, present);
  // Of a log that lost its end some hear late: until they say hello anew, it can't go on by what they do.
  for (const { host, runId } of present)
    if (world.hosts.get(host)?.session?.runId !== runId) yield `${host} speaks in no session that the log holds`;
  const names = new Set(stacksOf(world).flatMap((stack) => containersOf(stackOf(world, stack)).map(({ container }) => container)));
  for (const { host, engine } of present) {
    if (engine.due > 0) yield `a container of ${host} will change by itself`;
    for (const name of engine.containers.keys())
      if (!names.has(name) && !mayHaveStrangers) yield `${name} is on ${host} and nobody wants it`;
  }
}

const stacksOf = (world: World): readonly StackName[] => [...world.stacks.keys()];

function* ofStack(world: World, state: StackState, present: readonly HostMachine[]): Iterable<string> {
  const { stack } = state;
  if (state.requests.length > 0) yield `stack ${stack} has a request that is no version yet`;
  if (state.running !== null) yield `stack ${stack} still deploys ${state.running}`;
  if (state.queue.length > 0) yield `stack ${stack} still has a queue`;
  if (state.scaling.length > 0 && Object.keys(state.versions).length > 0) yield `stack ${stack} was asked to scale and did not`;
  const here = containersOf(state).filter(({ host }) => isPresent(present, host));
  for (const { version, status } of Object.values(state.versions)) {
    const isLeft = containersOf(state).every((known) => known.version !== version || here.includes(known));
    if (status === 'superseded' && isLeft) yield `version ${version} of ${stack} is not retired yet`;
  }
  for (const known of containersOf(state)) yield* ofContainer(world, state, known, present);
  const promoted = state.versions[state.promoted ?? 0];
  if (promoted) for (const service of Object.keys(promoted.manifest.services)) yield* ofService(world, state, promoted, service);
  for (const machine of present) yield* served(state, machine);
}

/** Of one on a host that is gone nobody will hear again: it is lost. */
function* ofContainer(world: World, state: StackState, known: ContainerState, present: readonly HostMachine[]): Iterable<string> {
  const { container, host, retired, status, version, lostAt, withdrawn } = known;
  const machine = present.find((each) => each.host === host);
  if (!machine) {
    if (lostAt === null && retired === null) yield `${container} is on ${host}, which is gone, and is not lost`;
  } else if (retired !== null) yield `${container} is retired and not released`;
  else if (lostAt !== null) yield `${container} was lost and is neither found nor superseded, though ${host} is there`;
  else if (withdrawn !== null) yield `${container} is withdrawn and not told to stop`;
  else if (version !== state.promoted) yield `${container} lives, of a version that is not promoted`;
  else if (status !== 'healthy') yield `${container} is ${status}`;
  else if (machine.engine.containers.get(container)?.state !== 'running') yield `${container} does not run on ${host}`;
  if (machine && state.moves[container] && world.hosts.get(host)) yield `${container} shall move and neither moved nor was refused`;
}

/** It has as many as it shall have, one in each slot, as far as hosts take them. */
function* ofService(world: World, state: StackState, version: VersionState, name: string): Iterable<string> {
  const held = containersOf(state).filter((known) => isStaying(known) && known.version === version.version && known.service === name);
  const service = version.manifest.services[name as never];
  if (!service) return;
  const open = world.hosts.values().filter((host) => hasRoomFor(world, host, service));
  for (const [slot, both] of Map.groupBy(held, (known) => known.slot))
    if (both.length > 1) yield `slot ${slot} of ${name} of ${state.stack} has ${both.map(({ container }) => container).join(' and ')}`;
  if (service.strategy === 'EVERY_NODE') {
    for (const { host } of open) if (!held.some((known) => known.host === host)) yield `${host} has no ${name} of ${state.stack}`;
    return;
  }
  const wanted = replicasOf(state, version, name);
  if (held.length > wanted || (held.length < wanted && open.length > 0))
    yield `${name} of ${state.stack} has ${held.length} containers, not ${wanted}`;
}

/** The host of a person's wishes: done, as far as other hosts take what has to leave it. */
function* ofHost(world: World, facts: HostFacts, present: readonly HostMachine[]): Iterable<string> {
  const { host, life, cordon, isDrained, wishes } = facts;
  if (!isPresent(present, host)) {
    if (life !== 'lost') yield `${host} is gone and not lost`;
    return;
  }
  if (life !== 'live') yield `${host} is ${life}, and speaks`;
  const holding = world.stacks.values().flatMap((state) => containersOf(state).filter((known) => known.host === host));
  if (cordon !== null && cordon.why !== 'cordon') {
    if (holding.length === 0 && !isDrained) yield `${host} is empty, and nobody says that it is drained`;
    for (const known of holding) if (mayGo(world, known)) yield `${known.container} is on ${host}, which shall be empty`;
  }
  const [wish] = wishes;
  if (wish && (wish.kind !== 'remove' || holding.length === 0)) yield `${host} was asked: ${wish.kind}, and nobody answered`;
}

const mayGo = (world: World, known: ContainerState): boolean => {
  const state = world.stacks.values().find(({ containers }) => containers.get(known.container) === known);
  const service = state?.versions[known.version]?.manifest.services[known.service];
  if (!state || !service) return true;
  const others = containersOf(state).filter(
    (other) => other.container !== known.container && other.service === known.service && other.version === known.version,
  );
  const isDispensable = service.strategy === 'EVERY_NODE' && others.some((other) => isInService(other) && isOpen(world, other.host));
  return isDispensable || world.hosts.values().some((host) => hasRoomFor(world, host, service));
};

const isOpen = (world: World, host: HostId): boolean => world.hosts.get(host)?.cordon === null;

function* served(state: StackState, { host, live }: HostMachine): Iterable<string> {
  const { stack } = state;
  const wanted = state.doors?.generation.position ?? null;
  const serves = live.get(stack)?.generation.position ?? null;
  if (wanted !== serves) yield `the proxy of ${host} serves ${serves} for ${stack}, not ${wanted}`;
  const told = state.doorsServed.get(host)?.generation.position ?? null;
  if (wanted !== null && told !== wanted)
    yield `the log knows that the proxy of ${host} serves ${told} for ${stack}, not that it serves ${wanted}`;
  // Of what was never promoted only those tell who hold a container of it.
  if (state.promoted === null && !containersOf(state).some((known) => known.host === host)) return;
  const known = state.namesServed.get(host)?.generation.position ?? 0;
  if (known < state.names.position) yield `the names of ${host} stand at ${known} for ${stack}, not at ${state.names.position}`;
}

const isPresent = (present: readonly HostMachine[], host: HostId): boolean => present.some((machine) => machine.host === host);
