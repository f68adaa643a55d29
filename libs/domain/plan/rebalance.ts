import { type ContainerId, containerIdOf, type Instant, type StackName, streams } from '#libs/contracts';
import type { Subject } from '../placement/index.ts';
import { type StackState, stackOf, type World } from '../stack/index.ts';
import { Fork } from './fork.ts';
import { Found } from './found.ts';
import type { Gain, Move } from './moves.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface Rebalanced {
  readonly moves: readonly Move[];
  readonly before: Spread;
  readonly after: Spread;
}

interface Limits {
  /** So many moves at most. */
  readonly most: number;
  /** Of these stacks; of all unless told. */
  readonly stacks?: readonly StackName[] | undefined;
}

/**
 * Moves that make the fleet more even, the one that helps most first, until none helps or there are as many as asked for. The host of each is
 * the one that placement itself would choose for a further container, so it fits beside the one that it replaces. A service is never less
 * even after it, or the values of a tag where it is spread over one; hosts may be, where a service gains. Pure.
 */
export const rebalance = (world: World, { most, stacks = world.stacks.keys() }: Limits, now: Instant): Rebalanced => {
  const fork = new Fork(world, now);
  const moves: Move[] = [];
  const quiet = stacks.filter((stack) => isQuiet(stackOf(world, stack)));
  const found = new Found(fork, quiet);
  while (moves.length < most) {
    const best = found.best();
    if (best === null) break;
    moves.push(best.move);
    moved(fork, best);
    found.changed();
  }
  const states = (then: World): readonly StackState[] => stacks.map((stack) => stackOf(then, stack));
  return { moves, before: spreadOf(world, states(world)), after: spreadOf(fork.world, states(fork.world)) };
};

/** Nothing else moves its containers. */
export const isQuiet = ({ running, queue, requests, promoted, moves }: StackState): boolean =>
  promoted !== null && running === null && queue.length === 0 && requests.length === 0 && Object.keys(moves).length === 0;

/** The id of the next container of a slot. */
export const replacementOf = ({ deployments }: StackState, { stack, name: service, deployment }: Subject, slot: number): ContainerId =>
  containerIdOf({ stack, service, slot, deployment, replacement: (deployments[deployment]?.given[service]?.[slot - 1] ?? 0) + 1 });

/** The replacement is there, and what it replaces holds its room until it is gone. */
const moved = (fork: Fork, { move: { stack, container: replaces, to: host, reason }, subject, source }: Gain): void => {
  const { deployment, version, name: service } = subject;
  const { slot } = source.container;
  const container = replacementOf(stackOf(fork.world, stack), subject, slot);
  const stream = streams.fleet;
  const placements = [{ container, slot, host, reason, replaces }];
  fork.tell([
    { stream, type: 'ContainersPlaced', data: { stack, deployment, version, service, placements } },
    { stream, type: 'PlacementsWithdrawn', data: { stack, containers: [replaces], why: 'rebalanced', reason } },
  ]);
};
