import type { ContainerView, ScaleAccepted } from '#libs/contracts';
import type { Line, Stepped } from '../api/progress.ts';
import type { WireEvent } from '../api/wire-event.ts';

interface Known {
  readonly service: string;
  readonly version: number;
  readonly isHealthy: boolean;
}

/** What the log has said of services that were scaled. */
export interface ScaleProgress {
  /** Which serves. */
  readonly version: number;
  /** By service: how many it shall have. */
  readonly wanted: Readonly<Record<string, number>>;
  /** Containers of these services, until they are gone. */
  readonly containers: Readonly<Record<string, Known>>;
  /** By service: why no host takes what it lacks. */
  readonly unplaced: Readonly<Record<string, string>>;
}

export const beginScale = ({ version, services }: ScaleAccepted, there: readonly ContainerView[]): ScaleProgress => {
  const wanted = Object.fromEntries(services.map(({ service, to }) => [service, to]));
  const ours = there.filter(({ service }) => Object.hasOwn(wanted, service));
  const containers = ours.map((known) => [known.container, { ...known, isHealthy: known.status === 'healthy' }] as const);
  return { version, wanted, containers: Object.fromEntries(containers), unplaced: {} };
};

/** Folds the next event of the stack. One that was told before says the same again. */
export const takeScaleStep = (progress: ScaleProgress, event: WireEvent): Stepped<ScaleProgress> => {
  const nothing = { progress, lines: [] };
  switch (event.type) {
    case 'ServiceScaled': {
      const { service, replicas, of } = event.data;
      if (!(service in progress.wanted)) return nothing;
      const wanted = { ...progress.wanted, [service]: replicas };
      return stepped({ ...progress, wanted }, ['scaled', `${service} to ${replicas} (manifest says ${of})`]);
    }
    case 'ContainersPlaced': {
      const { service, version, placements } = event.data;
      if (!(service in progress.wanted)) return nothing;
      const fresh = Object.fromEntries(placements.map(({ container }) => [container, { service, version, isHealthy: false }]));
      const lines = placements.map(({ container, host, reason }): Line => ['placed', `${container}  on ${host}: ${reason}`]);
      const { [service]: _, ...unplaced } = progress.unplaced;
      return stepped({ ...progress, unplaced, containers: { ...progress.containers, ...fresh } }, ...lines);
    }
    case 'PlacementFailed': {
      const { service, excluded, fix } = event.data;
      if (!(service in progress.wanted)) return nothing;
      const lines = excluded.map(({ host, reason }): Line => ['excluded', `${host} for ${service}: ${reason}`]);
      return stepped({ ...progress, unplaced: { ...progress.unplaced, [service]: fix } }, ...lines);
    }
    case 'ContainerHealthy':
      return marked(progress, event.data.container, true, ['healthy', `${event.data.container}  by ${event.data.by}`]);
    case 'ContainerFailed':
      return marked(progress, event.data.container, false, ['failed', `${event.data.container}: ${event.data.message}`]);
    case 'PlacementsWithdrawn':
      return leaving(progress, event.data.containers, event.data.reason);
    case 'PlacementReleased': {
      const { [event.data.container]: gone, ...containers } = progress.containers;
      return gone ? stepped({ ...progress, containers }, ['gone', event.data.container]) : nothing;
    }
    case 'VersionPromoted':
      return stepped({ ...progress, version: event.data.version }, ['promoted', `version ${event.data.version}`]);
    default:
      return nothing;
  }
};

/** Each service has what was asked for, all healthy, and the rest is gone. */
export const isScaled = ({ wanted, version, containers }: ScaleProgress): boolean => {
  const known = Object.values(containers);
  return Object.entries(wanted).every(([service, count]) => {
    const ours = known.filter((container) => container.service === service);
    return ours.length === count && ours.every((container) => container.version === version && container.isHealthy);
  });
};

/** `2 of web to become healthy`. */
export const awaitedBy = (progress: ScaleProgress): string => {
  const { wanted, version, containers, unplaced } = progress;
  const words = Object.entries(wanted).flatMap(([service, count]) => {
    const ours = Object.entries(containers).filter(([, known]) => known.service === service);
    const healthy = ours.filter(([, known]) => known.version === version && known.isHealthy).length;
    if (unplaced[service] !== undefined) return [`a host for ${service}: ${unplaced[service]}`];
    if (healthy < count) return [`${count - healthy} of ${service} to become healthy`];
    return ours.length > count ? [`${ours.length - count} of ${service} to leave`] : [];
  });
  return words.join(', ') || 'the deployer';
};

const stepped = (progress: ScaleProgress, ...lines: readonly Line[]): Stepped<ScaleProgress> => ({ progress, lines });

const marked = (progress: ScaleProgress, id: string, isHealthy: boolean, line: Line): Stepped<ScaleProgress> => {
  const known = progress.containers[id];
  if (!known) return { progress, lines: [] };
  return stepped({ ...progress, containers: { ...progress.containers, [id]: { ...known, isHealthy } } }, line);
};

const leaving = (progress: ScaleProgress, ids: readonly string[], reason: string): Stepped<ScaleProgress> => {
  const ours = ids.filter((id) => progress.containers[id]);
  return stepped(progress, ...ours.map((id): Line => ['leaves', `${id}: ${reason}`]));
};
