import { assertNever, type BerthEvent, type Instant, type Recorded } from '#libs/contracts';
import type { ContainerRow, DeploymentRow, FleetRow, GroupRow, HostRow, ParkRow, ScaledRow, SilenceRow } from './rows.ts';

interface Rows {
  readonly deployment: DeploymentRow;
  readonly container: ContainerRow;
  readonly host: HostRow;
  readonly host_group: GroupRow;
  readonly fleet: FleetRow;
  readonly park: ParkRow;
  readonly scaled: ScaledRow;
  readonly silence: SilenceRow;
}
type Table = keyof Rows;

/** What one event changes in one table. */
export type Change = {
  [T in Table]:
    | { readonly do: 'put'; readonly table: T; readonly key: string; readonly columns: Partial<Rows[T]> }
    /** A row that isn't there is left out. */
    | { readonly do: 'patch'; readonly table: T; readonly keys: readonly string[]; readonly columns: Partial<Rows[T]> }
    | { readonly do: 'drop'; readonly table: T; readonly key: string };
}[Table];

/** The tables after an event are the tables before it and these changes, in their order. Pure. */
export const viewChanges = (event: BerthEvent): readonly Change[] => {
  switch (event.type) {
    case 'DeployRequested':
      return [{ do: 'put', table: 'deployment', key: event.data.deployment, columns: requestedRow(event) }];
    case 'VersionCreated':
      return [createdVersion(event)];
    case 'DeploymentQueued':
      return [deployment(event.data.deployment, { status: 'queued' })];
    case 'DeploymentStarted':
      return [deployment(event.data.deployment, { status: 'running', startedAt: event.at })];
    case 'DeployFailed':
      return [
        deployment(event.data.deployment, {
          status: 'failed',
          endedAt: event.at,
          failure: { step: event.data.step, cause: event.data.cause },
        }),
      ];
    case 'VersionPromoted':
      return [deployment(event.data.deployment, { status: 'promoted', endedAt: event.at })];
    case 'ContainersPlaced':
      return placedRows(event).map((row) => ({ do: 'put', table: 'container', key: row.container, columns: row }));
    case 'ContainerStarted':
      return [containers([event.data.container], { status: 'started', since: event.at, address: event.data.address })];
    case 'ContainerHealthy':
      return [containers([event.data.container], { status: 'healthy', since: event.at })];
    case 'ContainerFailed':
      return [containers([event.data.container], { status: 'failed', since: event.at })];
    case 'ContainerStopped':
      // One that shall not be gone is placed still: its host makes it again.
      return [containers([event.data.container], { status: 'placed', since: event.at, address: null })];
    case 'RetirementWaveStarted':
      return [containers(event.data.containers, { leavingAt: event.at })];
    case 'ContainersRetired':
      return [containers(event.data.containers, { retiredAt: event.at })];
    case 'PlacementReleased':
      return [{ do: 'drop', table: 'container', key: event.data.container }];
    case 'HostJoined': {
      const { host, tags, capacity, proxy, group = null } = event.data;
      return [{ do: 'put', table: 'host', key: host, columns: { host, tags, ...capacity, proxy, hostGroup: group } }];
    }
    case 'HostTagged':
      return [host(event.data.host, { tags: event.data.tags })];
    case 'HostRetagged':
      return [host(event.data.host, { addedTags: event.data.added, removedTags: event.data.removed })];
    case 'HostConnected':
      return [host(event.data.host, { lastConnectedAt: event.at, bootId: event.data.bootId ?? null })];
    case 'HostCordoned':
      return [host(event.data.host, { cordon: { why: event.data.why, since: event.at }, isDrained: false })];
    case 'HostUncordoned':
      return [host(event.data.host, { cordon: null, isDrained: false, isRebooting: false })];
    case 'HostDrained':
      return [host(event.data.host, { isDrained: true })];
    case 'HostRebootStarted':
      return [host(event.data.host, { isRebooting: true })];
    case 'HostSuspected':
      return [host(event.data.host, { life: 'suspected', silentSince: heardLast(event) })];
    case 'HostLost':
      return [host(event.data.host, { life: 'lost', silentSince: heardLast(event) })];
    case 'HostReturned':
      return [host(event.data.host, { life: 'live', silentSince: null })];
    case 'HostRemoved':
      return [{ do: 'drop', table: 'host', key: event.data.host }];
    case 'ReportsRefused': {
      const { host: refusedHost, ...refused } = event.data;
      return [host(refusedHost, { refused })];
    }
    case 'GroupTagged':
      return [{ do: 'put', table: 'host_group', key: event.data.group, columns: { hostGroup: event.data.group, tags: event.data.tags } }];
    case 'FleetSilent':
      return [{ do: 'put', table: 'fleet', key: 'all', columns: { fleet: 'all', silentSince: event.at } }];
    case 'FleetHeard':
      return [{ do: 'put', table: 'fleet', key: 'all', columns: { fleet: 'all', silentSince: null } }];
    case 'PlacementsWithdrawn':
      return [containers(event.data.containers, { withdrawnAt: event.at })];
    case 'ContainersLost':
      return [containers(event.data.containers, { lostAt: event.at })];
    case 'ContainersFound':
      return [containers(event.data.containers, { lostAt: null })];
    case 'ServiceScaled': {
      const { stack, service, replicas, of } = event.data;
      const scaled = `${stack}/${service}`;
      return [{ do: 'put', table: 'scaled', key: scaled, columns: { scaled, stack, service, replicas, inManifest: of } }];
    }
    case 'StackParked': {
      const { stack, consumer, event: last, error } = event.data;
      const park = `${consumer}/${stack}`;
      return [{ do: 'put', table: 'park', key: park, columns: { park, consumer, stack, event: last, error, since: event.at } }];
    }
    case 'UnparkRequested':
      return [{ do: 'drop', table: 'park', key: `${event.data.consumer}/${event.data.stack}` }];
    case 'ListeningResumed': {
      const { consumer, from, until } = event.data;
      return [{ do: 'put', table: 'silence', key: event.id, columns: { silence: event.id, consumer, since: from, until } }];
    }
    case 'SwitchCompleted':
    case 'VersionRetired':
    case 'PlacementFailed':
    case 'PlacementDelayed':
    case 'ContainersDrained':
    case 'ProxyPrepared':
    case 'ProxyRefused':
    case 'DoorsServed':
    case 'NamesServed':
    case 'DoorsDrawn':
    case 'DoorsRefused':
    case 'FormatRaised':
    case 'IncarnationRaised':
    case 'DecisionStalled':
    case 'ImagesNoted':
    case 'HostChangeRequested':
    case 'ScaleRequested':
    case 'MovesRequested':
    case 'MovesRefused':
      return [];
    default:
      return assertNever(event);
  }
};

/** A deployment as its request alone shows it. */
export const requestedRow = ({ data, at, position }: Recorded<'DeployRequested'>): DeploymentRow => ({
  deployment: data.deployment,
  stack: data.stack,
  version: null,
  status: 'requested',
  requestedAt: at,
  startedAt: null,
  deadlineMs: null,
  drainTimeoutMs: null,
  endedAt: null,
  failure: null,
  replicas: {},
  position,
});

const createdVersion = ({ data: { deployment: key, version, manifest } }: Recorded<'VersionCreated'>): Change => {
  const { deadlineMs, drainTimeoutMs, services } = manifest;
  const replicas = Object.fromEntries(Object.entries(services).map(([service, wish]) => [service, wish.replicas]));
  return deployment(key, { version, status: 'queued', replicas, deadlineMs, drainTimeoutMs });
};

const placedRows = ({ data, at }: Recorded<'ContainersPlaced'>): readonly ContainerRow[] =>
  data.placements.map(({ container, slot, host, reason }) => ({
    container,
    stack: data.stack,
    service: data.service,
    version: data.version,
    slot,
    deployment: data.deployment,
    host,
    status: 'placed',
    address: null,
    reason,
    since: at,
    leavingAt: null,
    retiredAt: null,
    withdrawnAt: null,
    lostAt: null,
  }));

const deployment = (key: string, columns: Partial<DeploymentRow>): Change => ({ do: 'patch', table: 'deployment', keys: [key], columns });
/** Silence is measured by a clock that counts parts of milliseconds. */
const heardLast = ({ at, data }: Recorded<'HostSuspected'> | Recorded<'HostLost'>): Instant => at - Math.round(data.silentMs);

const host = (key: string, columns: Partial<HostRow>): Change => ({ do: 'patch', table: 'host', keys: [key], columns });
const containers = (keys: readonly string[], columns: Partial<ContainerRow>): Change => ({
  do: 'patch',
  table: 'container',
  keys,
  columns,
});
