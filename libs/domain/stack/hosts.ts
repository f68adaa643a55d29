import {
  assertNever,
  type BerthEvent,
  type Capacity,
  type EventData,
  type Generation,
  type HostChange,
  type HostId,
  type Instant,
  SECOND_AGENT,
} from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';

export interface HostFacts {
  readonly host: HostId;
  /** All that count for a placement, each once, ordered: its own, its group's, and `name:` and `group:`, less what a person took. */
  readonly tags: readonly string[];
  readonly own: {
    /** As its agent names them. */
    readonly named: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  };
  readonly group: string | null;
  readonly capacity: Capacity;
  readonly proxy: boolean;
  /** Why it gets no new containers. */
  readonly cordon: { readonly why: EventData<'HostCordoned'>['why']; readonly at: Instant } | null;
  /** It was found empty since it was cordoned. */
  readonly isDrained: boolean;
  /** The boot that its agent shall end. */
  readonly reboot: { readonly bootId: string; readonly at: Instant } | null;
  /** What a person asked of it and is not done, oldest first. */
  readonly wishes: readonly HostChange[];
  /** Of the machine since its newest start; null where its agent does not know it. */
  readonly bootId: string | null;
  readonly life: 'live' | 'suspected' | 'lost';
  /** Whose word made it lost; null where it is not. */
  readonly lostBy: EventData<'HostLost'>['by'] | null;
  /** When it came into this life. */
  readonly lifeSince: Instant;
  /** When it was lost since it was calm last, newest first. */
  readonly losses: readonly Instant[];
  /** The session that the host holds now; reports of another one are refused. */
  readonly session: { readonly generation: Generation; readonly runId: string; readonly at: Instant } | null;
  /** Runs of its agent that held the session before, newest first. */
  readonly earlierRuns: readonly string[];
  /** When its newest `ReportsRefused` was written. */
  readonly refusedAt: Instant | null;
  /** Of those that no registry is known to have, and those that a version names by their ids, the ones that it holds; null while it told none. */
  readonly images: readonly string[] | null;
  /** A second agent said that it is this host, since the session began: neither gets new work until one of them is started anew. */
  readonly isContested: boolean;
}

export interface Fleet {
  readonly hosts: OrderedMap<HostId, HostFacts>;
  /** Tags by group. */
  readonly groups: OrderedMap<string, readonly string[]>;
  /** Since when too many hosts are silent for anything to be replaced; null while they are heard. */
  readonly silentSince: Instant | null;
}

export const emptyFleet: Fleet = { hosts: OrderedMap.empty(), groups: OrderedMap.empty(), silentSince: null };

/** So many earlier runs of an agent are known again. */
const RUNS_KEPT = 8;
/** So many of its losses are known. */
const LOSSES_KEPT = 8;
/** So long without a silence, and they are forgiven. */
const CALM_MS = 3_600_000;

/** Folds an event into what is known of the hosts; one of a stack leaves it as it is. */
export const evolveFleet = (fleet: Fleet, event: BerthEvent): Fleet => {
  switch (event.type) {
    case 'GroupTagged':
      return retagged({ ...fleet, groups: fleet.groups.set(event.data.group, event.data.tags) }, event.data.group);
    case 'FleetSilent':
      return { ...fleet, silentSince: event.at };
    case 'FleetHeard':
      return { ...fleet, silentSince: null };
    case 'HostRemoved':
      return { ...fleet, hosts: fleet.hosts.without(event.data.host) };
    case 'HostJoined':
      return { ...fleet, hosts: fleet.hosts.set(event.data.host, joined(fleet, event.data, event.at)) };
    default: {
      if (!isOfHost(event)) return fleet;
      const known = fleet.hosts.get(event.data.host);
      return known ? { ...fleet, hosts: fleet.hosts.set(known.host, told(fleet, known, event)) } : fleet;
    }
  }
};

const types = [
  ...(['HostTagged', 'HostRetagged', 'HostCordoned', 'HostUncordoned', 'HostDrained', 'HostRebootStarted'] as const),
  ...(['HostChangeRequested', 'HostSuspected', 'HostLost', 'HostReturned', 'HostConnected', 'ImagesNoted', 'ReportsRefused'] as const),
];
type OfHost = Extract<BerthEvent, { type: (typeof types)[number] }>;
const names = new Set<string>(types);
const isOfHost = (event: BerthEvent): event is OfHost => names.has(event.type);

const joined = (fleet: Fleet, { host, tags, capacity, proxy, group = null }: EventData<'HostJoined'>, at: Instant): HostFacts => {
  const known = fleet.hosts.get(host);
  const fresh = {
    cordon: null,
    isDrained: false,
    reboot: null,
    wishes: [],
    bootId: null,
    life: 'live',
    lostBy: null,
    lifeSince: at,
    losses: [],
  } as const;
  const own = { added: [], removed: [], ...known?.own, named: tags };
  const said = { host, group, capacity, proxy, own };
  return tagged(fleet, {
    ...fresh,
    tags: [],
    session: null,
    earlierRuns: [],
    refusedAt: null,
    images: null,
    isContested: false,
    ...known,
    ...said,
  });
};

const told = (fleet: Fleet, known: HostFacts, event: OfHost): HostFacts => {
  const { at } = event;
  switch (event.type) {
    case 'HostTagged':
      return tagged(fleet, { ...known, own: { ...known.own, named: event.data.tags } });
    case 'HostChangeRequested':
      return { ...known, wishes: wishesAfter(known, event.data.change) };
    case 'HostRetagged':
      return tagged(fleet, { ...done(known, 'tag'), own: { ...known.own, added: event.data.added, removed: event.data.removed } });
    case 'HostCordoned':
      return { ...done(known, 'cordon', 'drain', 'reboot'), cordon: { why: event.data.why, at }, isDrained: false };
    case 'HostUncordoned':
      return { ...done(known, 'uncordon'), cordon: null, isDrained: false, reboot: null };
    case 'HostDrained':
      return { ...known, isDrained: true };
    case 'HostRebootStarted':
      return { ...known, reboot: { bootId: event.data.bootId, at } };
    case 'HostSuspected':
      // What was long ago says nothing of a host that was calm since.
      return { ...known, life: 'suspected', lifeSince: at, losses: at - known.lifeSince >= CALM_MS ? [] : known.losses };
    case 'HostLost':
      // Whoever comes back says hello anew: what it reports in the session before is refused.
      return {
        ...done(known, 'declare-lost'),
        life: 'lost',
        lostBy: event.data.by,
        ...(known.life === 'lost' ? {} : { lifeSince: at, losses: [at, ...known.losses].slice(0, LOSSES_KEPT) }),
        session: null,
      };
    case 'HostReturned':
      return { ...known, life: 'live', lostBy: null, lifeSince: at };
    case 'HostConnected': {
      const generation = { incarnation: event.incarnation, position: event.position };
      const { runId, bootId = null } = event.data;
      return { ...known, bootId, session: { generation, runId, at }, earlierRuns: earlierRuns(known, runId), isContested: false };
    }
    case 'ImagesNoted':
      return { ...known, images: imagesAfter(known.images ?? [], event.data) };
    case 'ReportsRefused':
      return { ...known, refusedAt: at, isContested: known.isContested || tellsOfSecond(event.data, known) };
    default:
      return assertNever(event);
  }
};

const imagesAfter = (known: readonly string[], { held, gone }: EventData<'ImagesNoted'>): readonly string[] =>
  [...new Set([...known, ...held])].filter((id) => !gone.includes(id)).sort();

/** What was refused before the session began is told late, and says nothing of it. */
const tellsOfSecond = ({ counts, until }: EventData<'ReportsRefused'>, { session }: HostFacts): boolean =>
  until >= (session?.at ?? 0) && counts.some(({ reason }) => reason === SECOND_AGENT);

/** Who wants a host to serve again no longer wants it removed. */
const wishesAfter = ({ wishes }: HostFacts, change: HostChange): readonly HostChange[] => [
  ...(change.kind === 'uncordon' ? wishes.filter(({ kind }) => kind !== 'remove') : wishes),
  change,
];

/** A fact answers the oldest wish of these kinds, if that is the one whose turn it is. */
const done = (known: HostFacts, ...kinds: readonly HostChange['kind'][]): HostFacts =>
  known.wishes[0] && kinds.includes(known.wishes[0].kind) ? { ...known, wishes: known.wishes.slice(1) } : known;

const earlierRuns = ({ session, earlierRuns }: HostFacts, runId: string): readonly string[] =>
  [session?.runId, ...earlierRuns].filter((run): run is string => run !== undefined && run !== runId).slice(0, RUNS_KEPT);

const retagged = (fleet: Fleet, group: string): Fleet => {
  const members = fleet.hosts.values().filter((host) => host.group === group);
  return { ...fleet, hosts: members.reduce((hosts, host) => hosts.set(host.host, tagged(fleet, host)), fleet.hosts) };
};

const tagged = ({ groups }: Fleet, host: HostFacts): HostFacts => ({
  ...host,
  tags: effectiveTags(host, host.group === null ? [] : (groups.get(host.group) ?? [])),
});

/** All tags of a host that count for a placement, each once, ordered. `ofGroup`: those of its group. */
export const effectiveTags = ({ host, group, own }: Pick<HostFacts, 'host' | 'group' | 'own'>, ofGroup: readonly string[]): string[] => {
  const { named, added, removed } = own;
  const given = [...named, ...added, ...ofGroup].filter((tag) => !removed.includes(tag));
  const automatic = [`name:${host}`, ...(group === null ? [] : [`group:${group}`])];
  return [...new Set([...given, ...automatic])].sort();
};
