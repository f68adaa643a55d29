import type { ContainerView, EventType, HostChange } from '#libs/contracts';
import type { Line, Stepped } from '../api/progress.ts';
import type { WireEvent } from '../api/wire-event.ts';

/** What the log has said of a wish for a host so far. */
export interface HostProgress {
  readonly host: string;
  readonly kind: HostChange['kind'];
  /** Those that were on it when it was asked for and are not gone. */
  readonly there: readonly Pick<ContainerView, 'container' | 'stack' | 'service'>[];
  /** By replacement: the container in whose place it comes. */
  readonly moving: Readonly<Record<string, string>>;
  /** By stack and service: why no other host takes them. */
  readonly stuck: Readonly<Record<string, string>>;
  readonly outcome: 'done' | 'undone' | null;
}

type HostStep = Stepped<HostProgress>;

/** Events that say something of a wish for a host. */
export const TOLD: readonly EventType[] = [
  ...(['HostCordoned', 'HostUncordoned', 'HostDrained', 'HostRetagged', 'HostRebootStarted', 'HostRemoved'] as const),
  ...(['HostSuspected', 'HostLost', 'HostReturned', 'HostConnected'] as const),
  ...(['ContainersPlaced', 'ContainerHealthy', 'PlacementFailed', 'ContainersRetired', 'PlacementReleased'] as const),
];

export const beginHostProgress = (host: string, kind: HostProgress['kind'], there: HostProgress['there']): HostProgress => ({
  ...{ host, kind, moving: {}, stuck: {}, outcome: null },
  there: there.map(({ container, stack, service }) => ({ container, stack, service })),
});

/** Folds the next event of the log; one that is about something else changes nothing and says nothing. */
export const takeHostStep = (progress: HostProgress, event: WireEvent): HostStep => {
  const { host, kind } = progress;
  const step = (line: Line, patch: Partial<HostProgress> = {}): HostStep => ({
    progress: { ...progress, ...patch },
    lines: [line],
  });
  const nothing = { progress, lines: [] };
  if ('host' in event.data && isOfHost(event.type)) {
    if (event.data.host !== host) return nothing;
    return step(hostLine(event), { outcome: outcomeOf(kind, event) });
  }
  switch (event.type) {
    case 'ContainersPlaced':
      return placed(progress, event.data.placements);
    case 'ContainerHealthy': {
      const replaced = progress.moving[event.data.container];
      return replaced === undefined ? nothing : step(['healthy', `${event.data.container}, in the place of ${replaced}`]);
    }
    case 'ContainersRetired': {
      const stopped = event.data.containers.filter((container) => isThere(progress, container));
      return stopped.length === 0 ? nothing : step(['stops', stopped.join(', ')]);
    }
    case 'PlacementReleased': {
      const { container } = event.data;
      if (!isThere(progress, container)) return nothing;
      const there = progress.there.filter((known) => known.container !== container);
      return step(['gone', `${container}; ${there.length} left`], { there });
    }
    case 'PlacementFailed': {
      const { stack, service, excluded, fix } = event.data;
      if (!progress.there.some((known) => known.stack === stack && known.service === service)) return nothing;
      const why = [...excluded.map(({ host: other, reason }) => `${other}: ${reason}`), fix].join('; ');
      return step(['stuck', `${service} of ${stack}: ${why}`], { stuck: { ...progress.stuck, [`${service} of ${stack}`]: why } });
    }
    default:
      return nothing;
  }
};

const OF_HOST: ReadonlySet<EventType> = new Set(TOLD.filter((type) => type.startsWith('Host')));
const isOfHost = (type: EventType): boolean => OF_HOST.has(type);

const isThere = ({ there }: HostProgress, container: string): boolean => there.some((known) => known.container === container);

type Placements = Extract<WireEvent, { type: 'ContainersPlaced' }>['data']['placements'];

const placed = (progress: HostProgress, placements: Placements): HostStep => {
  const moves = placements.filter(({ replaces }) => replaces !== undefined && isThere(progress, replaces));
  const moving = Object.fromEntries(moves.map(({ container, replaces }) => [container, replaces ?? '']));
  return {
    progress: { ...progress, moving: { ...progress.moving, ...moving } },
    lines: moves.map(({ container, host, replaces }) => ['moves', `${replaces} to ${host} as ${container}`] as const),
  };
};

/** What each wish waits for. */
const ENDS: Readonly<Record<HostProgress['kind'], EventType>> = {
  cordon: 'HostCordoned',
  uncordon: 'HostUncordoned',
  drain: 'HostDrained',
  reboot: 'HostUncordoned',
  tag: 'HostRetagged',
  'declare-lost': 'HostLost',
  remove: 'HostRemoved',
};

const outcomeOf = (kind: HostProgress['kind'], { type, data }: WireEvent): HostProgress['outcome'] => {
  if (kind === 'reboot' && type === 'HostUncordoned') return 'why' in data && data.why === 'rebooted' ? 'done' : 'undone';
  if (type === ENDS[kind]) return 'done';
  const isEmptied = kind === 'drain' || kind === 'reboot' || kind === 'remove';
  return isEmptied && (type === 'HostUncordoned' || type === 'HostRemoved') ? 'undone' : null;
};

const hostLine = ({ type, data }: WireEvent): Line => {
  switch (type) {
    case 'HostCordoned':
      return ['cordoned', 'it gets no new containers'];
    case 'HostUncordoned':
      return ['uncordoned', 'it gets new containers again'];
    case 'HostDrained':
      return ['drained', 'no container of ours is left on it'];
    case 'HostRetagged':
      return ['tagged', tagsText(data as { readonly added: readonly string[]; readonly removed: readonly string[] })];
    case 'HostRebootStarted':
      return ['restarts', 'its agent restarts the machine'];
    case 'HostConnected':
      return ['connected', 'its agent says hello'];
    case 'HostSuspected':
      return ['silent', 'nobody hears of it'];
    case 'HostLost':
      return ['lost', 'nobody waits for it any more'];
    case 'HostReturned':
      return ['returned', 'it is heard again'];
    default:
      return ['removed', 'it left the fleet'];
  }
};

/** All that people gave and took so far. */
const tagsText = ({ added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] }): string =>
  [...added.map((tag) => `+${tag}`), ...removed.map((tag) => `-${tag}`)].join(' ') || 'as its agent and its group name them';

/** What the wish waits for now. */
export const awaitedBy = ({ kind, host, there, stuck }: HostProgress): string => {
  if (kind !== 'drain' && kind !== 'reboot' && kind !== 'remove') return 'the scheduler to answer';
  const why = Object.entries(stuck).map(([what, words]) => `; stuck: ${what}: ${words}`);
  if (there.length > 0) return `${there.map(({ container }) => container).join(', ')} to leave ${host}${why.join('')}`;
  return kind === 'reboot' ? `${host} to come back` : 'the scheduler to see that it is empty';
};
