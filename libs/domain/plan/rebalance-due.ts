import { type Instant, type StackName, streams } from '#libs/contracts';
import type { Decision } from '../decision.ts';
import { containersOf, type HostFacts, isInService, replicasOf, type StackState, stackOf, versionsOf, type World } from '../stack/index.ts';
import { byGain, type Gain, gainsOf } from './moves.ts';
import { isQuiet, replacementOf } from './rebalance.ts';

/** A host that came is taken for one that stays when it has lived for so long. */
const SETTLED_MS = 60_000;
/** One that was lost lately may be lost again: it gets what is new, but nothing moves to it. */
const TRUSTED_MS = 3_600_000;

/**
 * For a stack whose manifest asks for it: one container moves to where its service is fewest, and the next one when that is done. Nothing while
 * anything else happens to the stack. A container that is placed in the place of another one is its move: once it is in service the other goes.
 */
export const rebalanceDue = (world: World, stack: StackName, now: Instant): readonly Decision[] => {
  const state = stackOf(world, stack);
  const version = state.promoted === null ? undefined : state.versions[state.promoted];
  if (version?.manifest.rebalance !== 'auto' || !isQuiet(state) || !isWhole(state)) return [];
  const [best] = gainsOf(world, stack, now).filter(isOfService).sort(byGain);
  const host = best && world.hosts.get(best.move.to);
  if (!best || !host) return [];
  const trusted = trustedFrom(host);
  return [decision(world, state, trusted <= now ? best : null, trusted)];
};

/** That hosts are uneven alone is no reason to move what nobody asked to move, but for a service that is placed by it. */
const isOfService = ({ rank, subject }: Gain): boolean => rank < 2 || subject.service.strategy === 'EMPTIEST_NODE';

/** The version that serves has all its containers, and none comes or goes. */
const isWhole = (state: StackState): boolean => {
  const version = state.promoted === null ? undefined : state.versions[state.promoted];
  const containers = containersOf(state);
  if (!version || !containers.every((known) => isInService(known) && known.withdrawn === null)) return false;
  return Object.entries(version.manifest.services).every(
    ([name, { strategy }]) =>
      strategy === 'EVERY_NODE' || containers.filter(({ service }) => service === name).length === replicasOf(state, version, name),
  );
};

const trustedFrom = ({ lifeSince, losses }: HostFacts): Instant =>
  Math.max(lifeSince + SETTLED_MS, losses[0] === undefined ? 0 : losses[0] + TRUSTED_MS);

const decision = (world: World, state: StackState, gain: Gain | null, wakeAt: Instant): Decision => {
  const { stack, last, promoted } = state;
  const said = {
    expected: versionsOf(world, [streams.fleet, streams.hosts, streams.platform, streams.stack(stack)]),
    correlation: (promoted === null ? undefined : state.versions[promoted]?.deployment) ?? stack,
    causation: last?.id ?? null,
  };
  if (gain === null) return { ...said, events: [], wakeAt };
  const { move, subject, source } = gain;
  const { deployment, version, name: service } = subject;
  const { slot } = source.container;
  const container = replacementOf(state, subject, slot);
  const reason = `moved to even out: ${move.reason}`;
  const placements = [{ container, slot, host: move.to, reason, replaces: move.container }];
  return {
    ...said,
    events: [{ stream: streams.fleet, type: 'ContainersPlaced', data: { stack, deployment, version, service, placements } }],
  };
};
