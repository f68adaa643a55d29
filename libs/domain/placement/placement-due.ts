import { type Instant, type Service, type ServiceName, type StackName, type StreamName, streams } from '#libs/contracts';
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
import { choosePlacements, type Wish } from './choose.ts';
import { type Claim, claimsOf, isEnding } from './claims.ts';
import { refuse } from './refuse.ts';

/** Room may come free in another stack, which tells this one nothing: a delayed placement is tried again by itself. */
const RETRY_MS = 1000;
/** On a fresh machine the first deployment may come before the first host. */
const FIRST_HOST_MS = 10_000;

/** What is due for the stack in `fleet`: releases first, since they make room, then the placing of its running deployment. */
export const placementDue = (world: World, stack: StackName, now: Instant): Decision[] => {
  const state = stackOf(world, stack);
  const release = releaseDue(world, state);
  if (release) return [release];
  const deployment = state.running === null ? undefined : state.deployments[state.running];
  if (deployment?.status !== 'running') return [];
  return placingDue(world, state, deployment, now);
};

/** Releases the containers that their hosts reported gone, one deployment at a time. */
const releaseDue = (world: World, state: StackState): Decision | null => {
  const gone = containersOf(state).filter((container) => container.isGone && isEnding(state, container));
  const [first] = gone;
  if (!first) return null;
  const events = gone
    .filter((container) => container.deployment === first.deployment)
    .map(({ container, host }): Decided => {
      return { stream: streams.fleet, type: 'PlacementReleased', data: { stack: state.stack, container, host } };
    });
  return decision({ world, state, on: [streams.fleet], events, correlation: first.deployment });
};

const placingDue = (world: World, state: StackState, deployment: DeploymentState, now: Instant): Decision[] => {
  const wishes = openWishes(state, deployment);
  if (wishes.length === 0) return [];
  const on = [streams.fleet, streams.hosts, streams.stack(state.stack)];
  const decide = (events: readonly Decided[], wakeAt?: Instant): Decision =>
    decision({ world, state, on, events, correlation: deployment.deployment, ...(wakeAt === undefined ? {} : { wakeAt }) });

  const graceEnds = endOfListening(world.outages.scheduler ?? [], deployment.startedAt ?? 0, FIRST_HOST_MS);
  if (liveHosts(world).length === 0 && now < graceEnds) return [decide([], graceEnds)];

  const claims = claimsOf(world);
  const placed = placeAll(candidatesOf(world, claims), wishes);
  if (placed.unplaced === null) return [decide(placed.events)];

  const staying = placeAll(
    candidatesOf(
      world,
      claims.filter((claim) => !claim.isOnItsWay),
    ),
    wishes,
  );
  if (staying.unplaced !== null) {
    const { candidates, unplaced } = staying;
    return [decide([{ stream: streams.fleet, type: 'PlacementFailed', data: refuse(candidates, unplaced) }])];
  }
  const isKnown = deployment.placed[placed.unplaced.name] === 'delayed';
  return [decide(isKnown ? [] : [delay(world, placed.unplaced, claims)], now + RETRY_MS)];
};

/** Services that have no hosts yet, by name; none once one of them failed, for the deployment fails with it. */
const openWishes = (state: StackState, deployment: DeploymentState): readonly Wish[] => {
  const { placed, version } = deployment;
  const services = state.versions[version]?.manifest.services ?? {};
  if (Object.values(placed).includes('failed')) return [];
  return Object.entries(services)
    .filter(([name]) => placed[name] !== 'placed')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, service]) => ({ stack: state.stack, deployment: deployment.deployment, version, name: name as ServiceName, service }));
};

interface Placing {
  readonly events: readonly Decided[];
  /** The first service that found no host for a slot. */
  readonly unplaced: Wish | null;
  readonly candidates: readonly Candidate[];
}

const placeAll = (candidates: readonly Candidate[], wishes: readonly Wish[]): Placing => {
  const events: Decided[] = [];
  for (const wish of wishes) {
    const placements = choosePlacements(candidates, wish);
    if (placements === null) return { events, unplaced: wish, candidates };
    const { stack, deployment, version, name: service } = wish;
    events.push({ stream: streams.fleet, type: 'ContainersPlaced', data: { stack, deployment, service, version, placements } });
  }
  return { events, unplaced: null, candidates };
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
