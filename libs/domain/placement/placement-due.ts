import { type Instant, type Placement, type StackName, type StreamName, streams } from '#libs/contracts';
import type { Decided, Decision } from '../decision.ts';
import {
  type ContainerState,
  containersOf,
  type DeploymentState,
  endOfListening,
  hasLiveHost,
  isEnding,
  type StackState,
  stackOf,
  versionsOf,
  type World,
} from '../stack/index.ts';
import { choosePlacement } from './choose.ts';
import { consideredOf } from './considered.ts';
import { delay } from './delay.ts';
import { Field } from './field.ts';
import { Ground, hasImage } from './fit.ts';
import { lossesDue } from './losses.ts';
import { idleMovesDue } from './moves.ts';
import { Reasons } from './reasons.ts';
import { refuse } from './refuse.ts';
import { type Kept, keptVersions, type OpenSlot, type Wish, wishesOf } from './slots.ts';
import { withdrawalsDue } from './withdrawals.ts';

/** Room may come free in another stack, which tells this one nothing: a delayed placement is tried again by itself. */
const RETRY_MS = 1000;
/** On a fresh machine the first deployment may come before the first host. */
const FIRST_HOST_MS = 10_000;
/** An image that was made just now is told by its host a moment later. */
const FIRST_IMAGE_MS = 5000;

/**
 * What is due for the stack in `fleet`: releases first, since they make room; then what hosts lost or brought back, and what is too many; then
 * the slots that lack a container, of the version that serves and of the one that comes.
 */
export const placementDue = (world: World, stack: StackName, now: Instant): Decision[] => {
  const state = stackOf(world, stack);
  const release = releaseDue(world, state);
  if (release) return [release];
  const changes = [lossesDue(world, state), withdrawalsDue(world, state), idleMovesDue(state)].find((events) => events.length > 0);
  if (changes) return [decision({ world, state, on: standsOn(state), events: changes, correlation: correlationOf(state) })];
  const due = keptVersions(state).flatMap((kept) => placingDue(world, state, kept, now));
  const first = due.find(({ events }) => events.length > 0);
  return [...(first ? [first] : []), ...due.filter(({ events }) => events.length === 0)];
};

const standsOn = ({ stack }: StackState): readonly StreamName[] => [streams.fleet, streams.hosts, streams.platform, streams.stack(stack)];

const correlationOf = (state: StackState): string => keptVersions(state)[0]?.deployment.deployment ?? state.stack;

/** Releases the containers that their hosts reported gone, or whose hosts left the fleet, one deployment at a time. */
const releaseDue = (world: World, state: StackState): Decision | null => {
  const gone = containersOf(state).filter((known) => (known.isGone && isEnding(state, known)) || hasNoHost(world, known));
  const [first] = gone;
  if (!first) return null;
  const events = gone
    .filter((container) => container.deployment === first.deployment)
    .map(({ container, host }): Decided => {
      return { stream: streams.fleet, type: 'PlacementReleased', data: { stack: state.stack, container, host } };
    });
  return decision({ world, state, on: [streams.fleet, streams.hosts], events, correlation: first.deployment });
};

const hasNoHost = ({ room, hosts }: World, { host }: ContainerState): boolean =>
  room.shut.get(host) !== undefined && hosts.get(host) === undefined;

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

  const graceOf = (ms: number): Instant => endOfListening(world.outages.scheduler ?? [], deployment.startedAt ?? 0, ms);
  if (isRunning && now < graceOf(FIRST_HOST_MS) && !hasLiveHost(world)) return [decide([], graceOf(FIRST_HOST_MS))];
  if (isRunning && now < graceOf(FIRST_IMAGE_MS) && wishes.some((wish) => isNowhere(world, wish)))
    return [decide([], graceOf(FIRST_IMAGE_MS))];
  const placing = { world, state, wishes, now };
  return [isRunning ? comes(placing, deployment, decide) : serves(placing, deployment, decide)];
};

/** Nobody told of the image that the service names by its id. */
const isNowhere = ({ hosts }: World, wish: Wish): boolean => wish.image !== null && !hosts.values().some((facts) => hasImage(facts, wish));

type Decide = (events: readonly Decided[], wakeAt?: Instant) => Decision;

interface Placing {
  readonly world: World;
  readonly state: StackState;
  readonly wishes: readonly Wish[];
  readonly now: Instant;
}

/**
 * A deployment gets all its containers or none: it fails where even the end of what leaves would not make room. Of a service that every
 * host has, those get none that do not fit, as long as one does.
 */
const comes = (placing: Placing, { placed }: DeploymentState, decide: Decide): Decision => {
  const { world, state, now, wishes } = placing;
  const isLacking = (wish: Wish, given: Placed): boolean => lacks(wish, given, placed[wish.name] === 'placed');
  const all = placeAll(placing, new Ground(world, false));
  const lacking = wishes.filter((wish) => isLacking(wish, all));
  if (all.unplaced.length === 0 && lacking.length === 0) return decide(all.events);
  const later = placeAll(placing, new Ground(world, true));
  const impossible = wishes.find((wish) => isLacking(wish, later));
  if (impossible) {
    const data = refuse(later.ground, state, unplacedOf(impossible, later), now);
    return decide([{ stream: streams.fleet, type: 'PlacementFailed', data }]);
  }
  const waiting = wishes.find((wish) => unplacedOf(wish, all).open.length > unplacedOf(wish, later).open.length);
  if (!waiting) return decide(all.events, now + RETRY_MS);
  return decide(placed[waiting.name] === 'delayed' ? [] : [delay(world, waiting)], now + RETRY_MS);
};

/** With the slots that found no host. */
const unplacedOf = (wish: Wish, { unplaced }: Placed): Wish => unplaced.find(({ name }) => name === wish.name) ?? { ...wish, open: [] };

/** Where every host has one, a host that does not fit holds nothing up once another one has its own. */
const lacks = (wish: Wish, placed: Placed, isBegun: boolean): boolean => {
  const missing = unplacedOf(wish, placed).open.length;
  return wish.service.strategy === 'EVERY_NODE' ? !isBegun && missing === wish.open.length : missing > 0;
};

/** What serves gets back what it can of what it lacks; the rest is told once and tried again. */
const serves = (placing: Placing, { placed }: DeploymentState, decide: Decide): Decision => {
  const { world, state, now } = placing;
  const { events, unplaced, ground } = placeAll(placing, new Ground(world, false));
  const refused = unplaced
    .filter(({ name, open }) => placed[name] !== 'failed' && open.some(({ to }) => to === null))
    .map((wish): Decided => ({ stream: streams.fleet, type: 'PlacementFailed', data: refuse(ground, state, wish, now) }));
  const kept = movesRefused(unplaced);
  const said = events.length > 0 ? events : [...refused, ...kept];
  return unplaced.length === 0 ? decide(said) : decide(said, now + RETRY_MS);
};

/** A person asked for this host, and it does not take them. */
const movesRefused = (unplaced: readonly Wish[]): readonly Decided[] =>
  unplaced.flatMap(({ stack, open }): Decided[] => {
    const asked = open.filter(({ to, replaces }) => to !== null && replaces !== null);
    const containers = asked.flatMap(({ replaces }) => replaces ?? []);
    const isPinned = asked.some(({ to, pinned }) => pinned !== null && pinned !== to);
    const reason = `${[...new Set(asked.map(({ to }) => to))].join(', ')} has ${isPinned ? 'not the volumes of their slots' : 'no room for them, or not their tags or images'}`;
    return containers.length === 0 ? [] : [{ stream: streams.fleet, type: 'MovesRefused', data: { stack, containers, reason } }];
  });

interface Placed {
  readonly events: readonly Decided[];
  /** With the slots that found no host. */
  readonly unplaced: readonly Wish[];
  readonly ground: Ground;
}

const placeAll = ({ state, wishes, now }: Placing, ground: Ground): Placed => {
  const placings = wishes.map((wish) => placeOne(ground, state, wish, now));
  const events = placings.flatMap(({ wish, considered, placements }): Decided[] => {
    const { stack, deployment, version, name: service, open } = wish;
    if (placements.length === 0 && open.length > 0) return [];
    return [{ stream: streams.fleet, type: 'ContainersPlaced', data: { stack, deployment, service, version, placements, considered } }];
  });
  const unplaced = placings.map(({ wish, left }) => ({ ...wish, open: left })).filter(({ open }) => open.length > 0);
  return { events, unplaced, ground };
};

const placeOne = (ground: Ground, state: StackState, wish: Wish, now: Instant) => {
  const field = new Field(ground, state, wish, now);
  const considered = consideredOf(ground.world, field, wish.service);
  const reasons = new Reasons(wish, considered);
  const placements: Placement[] = [];
  const left: OpenSlot[] = [];
  for (const open of wish.open) {
    const placement = choosePlacement(field, reasons, wish, open);
    if (placement) placements.push(placement);
    else left.push(open);
  }
  return { wish, considered, placements, left };
};

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
