import { stackOf } from '#libs/domain/stack';
import { checkEvents } from '#libs/testing/invariants';
import { eventsOf } from '../model/log.ts';
import { STACK } from '../model/moves.ts';
import type { State } from '../model/state.ts';
import type { Judge } from '../search/search.ts';
import { wrongOnHosts } from './hosts.ts';

/**
 * Judges every state by what its hosts really do, every append by the invariants of the log and by what the hosts really did, and every
 * state at which nothing can happen any more by whether it is at rest.
 */
export const theJudge: Judge = {
  ofState: (state, moves) => [...wrongOnHosts(state), ...(moves.length === 0 ? unfinished(state) : [])],
  ofMove: (from, to) => [...unready(from, to), ...wrongInLog(to)],
};

/** The whole log, at each decision in it: facts are judged with the next one. That a fold can be done again (I9) no append can show. */
const wrongInLog = ({ written }: State): readonly string[] =>
  written === null || written.event.stream.startsWith('host/')
    ? []
    : checkEvents(eventsOf(written)).map(({ invariant, message }) => `${invariant}: ${message}`);

/** What a promotion or a stop stands on must be so on the hosts, not only in the log. */
const unready = ({ machines, world }: State, { written }: State): readonly string[] => {
  const wrong: string[] = [];
  for (let each = written; each && each.event.position > world.position; each = each.before) {
    const { event } = each;
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

const unfinished = ({ world, machines }: State): readonly string[] => {
  const { running, versions, containers, promoted } = stackOf(world, STACK);
  const left = containers
    .values()
    .filter(({ version, status, retired }) => version !== promoted || status !== 'healthy' || retired !== null);
  const stale = machines.filter(({ live }) => live?.generation.position !== stackOf(world, STACK).doors?.generation.position);
  return [
    ...(running === null ? [] : [`rest: deployment ${running} never ends`]),
    ...Object.values(versions).flatMap(({ version, status }) =>
      status === 'superseded' ? [`rest: version ${version} is never retired`] : [],
    ),
    ...left.map(({ container }) => `rest: ${container} stays as it is for ever`),
    ...stale.map(({ host }) => `rest: the proxy of ${host} stays behind for ever`),
  ];
};
