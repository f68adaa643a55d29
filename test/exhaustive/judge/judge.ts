import { stackOf } from '#libs/domain/stack';
import { STACK } from '../model/moves.ts';
import type { State } from '../model/state.ts';
import type { Judge } from '../search/search.ts';
import { wrongOnHosts } from './hosts.ts';
import { writtenBetween } from './log.ts';

/**
 * Judges every state by what its hosts really do, every append by the invariants of the log and by what the hosts really did, and every
 * state at which nothing more has to happen by whether it is at rest: none may need a second copy, a frozen replica or a fault for that.
 */
export const theJudge: Judge = {
  ofState: (state, moves) => {
    const isAtRest = moves.every(({ isByChance }) => isByChance);
    return [...wrongOnHosts(state, isAtRest), ...(isAtRest ? unfinished(state) : [])];
  },
  ofMove: (from, to) => [...unready(from, to), ...takenBack(from, to)],
};

/** What a promotion or a stop stands on must be so on the hosts, not only in the log. */
const unready = (from: State, to: State): readonly string[] => {
  const { machines } = from;
  const wrong: string[] = [];
  for (const event of writtenBetween(from, to)) {
    if (event.type === 'VersionPromoted')
      for (const { host, prepared } of machines)
        if (event.data.draft !== null && !prepared.includes(event.data.draft))
          wrong.push(`I2: version ${event.data.version} is promoted and ${host} has not checked its doors`);
    if (event.type === 'ContainersRetired' && event.data.waited.drained)
      for (const { host, busy } of machines)
        for (const id of busy)
          if (event.data.containers.includes(id)) wrong.push(`I6: ${id} is called drained while a request runs through ${host}`);
  }
  return wrong;
};

/** I12: of a container that has started again nothing is recorded that it was before. */
const takenBack = (from: State, to: State): readonly string[] =>
  writtenBetween(from, to).flatMap((event) => {
    if (event.type !== 'ContainerStarted') return [];
    const { container, run } = event.data;
    const known = stackOf(from.world, STACK).containers.get(container)?.run ?? null;
    return known === null || numberOf(run) > numberOf(known) ? [] : [`I12: ${container} is recorded in its run ${run} after ${known}`];
  });

const numberOf = (run: string): number => Number(run.slice(1));

const unfinished = ({ world, machines }: State): readonly string[] => {
  const { running, versions, containers, promoted, requests, queue } = stackOf(world, STACK);
  const left = containers
    .values()
    .filter(({ version, status, retired }) => version !== promoted || status !== 'healthy' || retired !== null);
  const stale = machines.filter(({ live }) => live?.generation.position !== stackOf(world, STACK).doors?.generation.position);
  return [
    ...(requests.length + queue.length === 0 ? [] : ['rest: a request is never begun']),
    ...(running === null ? [] : [`rest: deployment ${running} never ends`]),
    ...Object.values(versions).flatMap(({ version, status }) =>
      status === 'superseded' ? [`rest: version ${version} is never retired`] : [],
    ),
    ...left.map(({ container }) => `rest: ${container} stays as it is for ever`),
    ...stale.map(({ host }) => `rest: the proxy of ${host} stays behind for ever`),
  ];
};
