import {
  type ContainerId,
  compareGenerations,
  type Generation,
  type HostReport,
  isAtLeast,
  type ReportedPart,
  streams,
} from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { containersOf, type HostFacts, type StackState } from '../stack/index.ts';
import { type Fact, factOf } from './recorder-fact.ts';

export interface PartView {
  readonly state: StackState;
  readonly host: HostFacts;
  readonly part: ReportedPart;
  /** The whole level: it says whether containers of this host are still used. */
  readonly level: HostReport;
}

/** What is new in what a host prepared and serves of one stack. */
export const partFacts = (view: PartView): readonly Fact[] => [
  ...draftFacts(view),
  ...doorsServed(view),
  ...namesServed(view),
  ...drained(view),
];

/** One verdict per draft and host. */
const draftFacts = ({ state, host: { host }, part }: PartView): readonly Fact[] =>
  part.drafts.flatMap(({ draft, refused }) => {
    const known = state.drafts[draft];
    if (!known || known.prepared.get(host) !== undefined || known.refused.get(host) !== undefined) return [];
    const subject = { stack: state.stack, host, draft };
    const stream = streams.host(host);
    const event: Decided =
      refused === null
        ? { stream, type: 'ProxyPrepared', data: subject }
        : { stream, type: 'ProxyRefused', data: { ...subject, words: refused } };
    return [factOf(state, event, { correlation: known.deployment })];
  });

const doorsServed = ({ state, host: { host }, part: { doors } }: PartView): readonly Fact[] =>
  doors && isNewer(doors.generation, state.doorsServed.get(host)?.generation)
    ? [factOf(state, { stream: streams.host(host), type: 'DoorsServed', data: { stack: state.stack, host, ...doors } })]
    : [];

/** Names move with each container: only a generation that has all that is known is worth a fact. */
const namesServed = ({ state, host: { host }, part: { names } }: PartView): readonly Fact[] =>
  names && isAtLeast(names, state.names) && isNewer(names, state.namesServed.get(host)?.generation)
    ? [factOf(state, { stream: streams.host(host), type: 'NamesServed', data: { stack: state.stack, host, generation: names } })]
    : [];

const drained = (view: PartView): readonly Fact[] => {
  const { state, host } = view;
  const containers = drainedNow(view);
  if (containers.length === 0) return [];
  const data = { stack: state.stack, host: host.host, containers };
  const correlation = state.promoted === null ? undefined : state.versions[state.promoted]?.deployment;
  return [factOf(state, { stream: streams.host(host.host), type: 'ContainersDrained', data }, correlation ? { correlation } : {})];
};

const drainedNow = (view: PartView): ContainerId[] => {
  const { state, host, part, level } = view;
  if (!closedDoors(view)) return [];
  const names = part.names ?? state.namesServed.get(host.host)?.generation;
  return containersOf(state)
    .filter(({ leaving, retired, isGone }) => leaving !== null && retired === null && !isGone)
    .filter(({ drainedBy }) => drainedBy.get(host.host) === undefined)
    .filter(({ leaving }) => leaving !== null && isAtLeast(names, leaving.generation))
    .filter(({ container }) => !isNamed(state, container) && !part.busy.includes(container))
    .filter((known) => known.host !== host.host || isUnused(level, known.container))
    .map(({ container }) => container);
};

/**
 * The proxy serves what the stack's doors are now; a host without one has no doors to close. An agent that began anew and was told no doors yet
 * says nothing of them, and so not who is busy behind them, whatever was served before.
 */
const closedDoors = ({ state, host, part }: PartView): boolean =>
  !host.proxy || state.doors === null || isAtLeast(part.doors?.generation, state.doors.generation);

const isNamed = (state: StackState, container: ContainerId): boolean =>
  Object.values(state.doors?.endpoints ?? {}).some((endpoints) => endpoints.some((endpoint) => endpoint.container === container));

const isUnused = (level: HostReport, container: ContainerId): boolean =>
  level.containers.some((seen) => seen.container === container && (seen.drained || seen.state === 'gone'));

const isNewer = (news: Generation, known: Generation | undefined): boolean => known === undefined || compareGenerations(news, known) > 0;
