import { compareGenerations, type HostReport, type ReportedPart } from '#libs/contracts';
import { isLost, stackOf, type World } from '../stack/index.ts';
import { containerFacts } from './recorder-container.ts';
import type { Fact } from './recorder-fact.ts';
import { imageFacts } from './recorder-images.ts';
import { partFacts } from './recorder-part.ts';

/** The report speaks in the session that its host holds now. */
export const isOfSession = ({ host, session }: HostReport, world: World): boolean => {
  const held = world.hosts.get(host)?.session;
  return held !== null && held !== undefined && compareGenerations(held.generation, session) === 0;
};

/**
 * What is new in the whole level of a host, of whose session it is. Recorded again after folding, the same level says
 * nothing. Containers that were not placed on this host are no facts: see `strangersIn`.
 */
export const record = (level: HostReport, world: World): readonly Fact[] => {
  const host = world.hosts.get(level.host);
  if (!host || !isOfSession(level, world)) return [];
  const ofContainers = level.containers.flatMap((seen) => {
    const state = stackOf(world, seen.stack);
    const known = state.containers.get(seen.container);
    return known?.host === level.host ? containerFacts(state, known, seen) : [];
  });
  const ofParts = level.parts.flatMap((part) => {
    const state = world.stacks.get(part.stack);
    return state ? partFacts({ state, host, part: withoutLost(part, world), level }) : [];
  });
  return [...ofContainers, ...ofParts, ...imageFacts(level, host, world)];
};

/** What a host serves of a future that the log lost is nothing that the log could name. */
const withoutLost = (part: ReportedPart, world: World): ReportedPart => ({
  ...part,
  doors: part.doors && isLost(world, part.doors.generation) ? null : part.doors,
  names: part.names && isLost(world, part.names) ? null : part.names,
});

/** How many reported containers this host does not hold. One that is gone may have been released already. */
export const strangersIn = (report: HostReport, world: World): number =>
  report.containers.filter(({ stack, container, state }) => {
    return state !== 'gone' && stackOf(world, stack).containers.get(container)?.host !== report.host;
  }).length;
