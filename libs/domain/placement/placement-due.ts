import { type Instant, type Service, type StackName, type StreamName, streams } from '#libs/contracts';
import type { Decided, Decision } from '../decision.ts';
import {
  containersOf,
  type DeploymentState,
  endOfListening,
  liveHosts,
  type StackState,
  stackOf,
  versionsOf,
  type World,
} from '../stack/index.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { choosePlacement } from './choose.ts';
import { type Claim, claimsOf, isEnding } from './claims.ts';
import { crowdOf } from './crowd.ts';
import { lossesDue } from './losses.ts';
import { refuse } from './refuse.ts';
import { type Kept, keptVersions, type Wish, wishesOf } from './slots.ts';
import { withdrawalsDue } from './withdrawals.ts';

/** Room may come free in another stack, which tells this one nothing: a delayed placement is tried again by itself. */
const RETRY_MS = 1000;
/** On a fresh machine the first deployment may come before the first host. */
const FIRST_HOST_MS = 10_000;

/**
 * What is due for the stack in `fleet`: releases first, since they make room; then what hosts lost or brought back, and what is too many; then
 * the slots that lack a container, of the version that serves and of the one that comes.
 */
export const placementDue = (world: World, stack: StackName, now: Instant): Decision[] => {
  const state = stackOf(world, stack);
  const release = releaseDue(world, state);
  if (release) return [release];
  const changes = [lossesDue(world, state), withdrawalsDue(world, state)].find((events) => events.length > 0);
  if (changes) return [decision({ world, state, on: standsOn(state), events: changes, correlation: correlationOf(state) })];
  const due = keptVersions(state).flatMap((kept) => placingDue(world, state, kept, now));
  const first = due.find(({ events }) => events.length > 0);
  return [...(first ? [first] : []), ...due.filter(({ events }) => events.length === 0)];
};

const standsOn = ({ stack }: StackState): readonly StreamName[] => [streams.fleet, streams.hosts, streams.platform, streams.stack(stack)];

const correlationOf = (state: StackState): string => keptVersions(state)[0]?.deployment.deployment ?? state.stack;

/** Releases the containers that their hosts reported gone, or whose hosts left the fleet, one deployment at a time. */
const releaseDue = (world: World, state: StackState): Decision | null => {
  const gone = containersOf(state).filter((known) => (known.isGone && isEnding(state, known)) || !world.hosts.get(known.host));
  const [first] = gone;
  if (!first) return null;
  const events = gone
    .filter((container) => container.deployment === first.deployment)
    .map(({ container, host }): Decided => {
      return { stream: streams.fleet, type: 'PlacementReleased', data: { stack: state.stack, container, host } };
    });
  return decision({ world, state, on: [streams.fleet, streams.hosts], events, correlation: first.deployment });
};

const placingDue = (world: World, state: StackState, kept: Kept, now: Instant): Decision[] => {
  const { deployment } = kept;
  const isRunning = deployment.status === 'running';
  if (isRunning && Object.values(deployment.placed).includes('failed')) return [];
  const wishes = wishesOf(world, state, kept).filter(
    ({ name, open }) => open.length > 0 || (isRunning && deployment.placed[name] !== 'placed'),
  );
  if (wishes.length === 0) return [];
  const decide = (events: readonly Decided[], wakeAt?: Instant): Decision =>
    decision({
      world,
      state,
      on: standsOn(state),
      events,
      correlation: deployment.deployment,
      ...(wakeAt === undefined ? {} : { wakeAt }),
    });

  const graceEnds = endOfListening(world.outages.scheduler ?? [], deployment.startedAt ?? 0, FIRST_HOST_MS);
  if (isRunning && liveHosts(world).length === 0 && now < graceEnds) return [decide([], graceEnds)];
  return [isRunning ? comes(world, deployment, wishes, now, decide) : serves(world, deployment, wishes, now, decide)];
};

type Decide = (events: readonly Decided[], wakeAt?: Instant) => Decision;

/** A deployment gets all its containers or none: it fails where even the end of what leaves would not make room. */
const comes = (world: World, { placed }: DeploymentState, wishes: readonly Wish[], now: Instant, decide: Decide): Decision => {
  const claims = claimsOf(world);
  const all = placeAll(world, claims, wishes);
  const [unplaced] = all.unplaced;
  if (!unplaced) return decide(all.events);
  const staying = claims.filter((claim) => !claim.isOnItsWay);
  const later = placeAll(world, staying, wishes);
  const [impossible] = later.unplaced;
  if (impossible) return decide([{ stream: streams.fleet, type: 'PlacementFailed', data: refuse(later.candidates, impossible) }]);
  return decide(placed[unplaced.name] === 'delayed' ? [] : [delay(world, unplaced, claims)], now + RETRY_MS);
};

/** What serves gets back what it can of what it lacks; the rest is told once and tried again. */
const serves = (world: World, { placed }: DeploymentState, wishes: readonly Wish[], now: Instant, decide: Decide): Decision => {
  const { events, unplaced, candidates } = placeAll(world, claimsOf(world), wishes);
  const refused = unplaced
    .filter(({ name, open }) => placed[name] !== 'failed' && open.some(({ to }) => to === null))
    .map((wish): Decided => ({ stream: streams.fleet, type: 'PlacementFailed', data: refuse(candidates, wish) }));
  const kept = movesRefused(unplaced);
  const said = events.length > 0 ? events : [...refused, ...kept];
  return unplaced.length === 0 ? decide(said) : decide(said, now + RETRY_MS);
};

/** A person asked for this host, and it does not take them. */
const movesRefused = (unplaced: readonly Wish[]): readonly Decided[] =>
  unplaced.flatMap(({ stack, open }): Decided[] => {
    const asked = open.filter(({ to, replaces }) => to !== null && replaces !== null);
    const containers = asked.flatMap(({ replaces }) => replaces ?? []);
    const reason = `${[...new Set(asked.map(({ to }) => to))].join(', ')} has no room for them, or not their tags`;
    return containers.length === 0 ? [] : [{ stream: streams.fleet, type: 'MovesRefused', data: { stack, containers, reason } }];
  });

interface Placing {
  readonly events: readonly Decided[];
  /** With the slots that found no host. */
  readonly unplaced: readonly Wish[];
  readonly candidates: readonly Candidate[];
}

const placeAll = (world: World, claims: readonly Claim[], wishes: readonly Wish[]): Placing => {
  const candidates = candidatesOf(world, claims);
  const placings = wishes.map((wish) => {
    const crowd = crowdOf(world, wish);
    const given = wish.open.map((open) => ({ open, placement: choosePlacement(candidates, crowd, wish, open) }));
    return { wish, given };
  });
  const events = placings.flatMap(({ wish, given }): Decided[] => {
    const placements = given.flatMap(({ placement }) => placement ?? []);
    const { stack, deployment, version, name: service, open } = wish;
    if (placements.length === 0 && open.length > 0) return [];
    return [{ stream: streams.fleet, type: 'ContainersPlaced', data: { stack, deployment, service, version, placements } }];
  });
  const unplaced = placings
    .map(({ wish, given }) => ({ ...wish, open: given.flatMap(({ open, placement }) => (placement ? [] : [open])) }))
    .filter(({ open }) => open.length > 0);
  return { events, unplaced, candidates };
};

/** Names those that hold what the service wants; where only their number is in the way, all that leave. */
const delay = (world: World, wish: Wish, claims: readonly Claim[]): Decided => {
  const { stack, deployment, name, service } = wish;
  const leaving = claims.filter((claim) => claim.isOnItsWay);
  const holding = leaving.filter((claim) => holdsWhatIsWanted(world, service, claim));
  const inTheWay = (holding.length > 0 ? holding : leaving).map((claim) => claim.container).sort();
  return { stream: streams.fleet, type: 'PlacementDelayed', data: { stack, deployment, service: name, for: inTheWay } };
};

const holdsWhatIsWanted = (world: World, { tags, resources }: Service, claim: Claim): boolean =>
  tags.every((tag) => world.hosts.get(claim.host)?.tags.includes(tag)) &&
  ((resources.milliCpus !== null && claim.milliCpus > 0) || (resources.memoryBytes !== null && claim.memoryBytes > 0));

interface Draft {
  readonly world: World;
  readonly state: StackState;
  readonly on: readonly StreamName[];
  readonly events: readonly Decided[];
  readonly correlation: string;
  readonly wakeAt?: Instant;
}

const decision = ({ world, state, on, ...said }: Draft): Decision => ({
  ...said,
  expected: versionsOf(world, on),
  causation: state.last?.id ?? null,
});
