import {
  type ContainerId,
  type ContainerView,
  type DeploymentId,
  type DeploymentView,
  type EventId,
  type HostId,
  type HostsView,
  type HostView,
  type Instant,
  type ListedContainer,
  type ParkView,
  type RefusedReports,
  type ScaledView,
  SECOND_AGENT,
  type StackName,
} from '#libs/contracts';
import { effectiveTags } from '#libs/domain/stack';
import { type Hearing, leftOf } from '#libs/event-log/listening';

/** Rows as the tables hold them: each a pure function of events. Column names are these in snake case. */
export interface DeploymentRow extends Omit<DeploymentView, 'left'> {
  readonly startedAt: Instant | null;
  /** Of its version, as the two that follow. By service: how many containers its manifest asks for. */
  readonly replicas: Readonly<Record<string, number>>;
  readonly deadlineMs: number | null;
  readonly drainTimeoutMs: number | null;
  /** Of its `DeployRequested`. */
  readonly position: number;
}

export interface ContainerRow {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: string;
  readonly version: number;
  readonly slot: number;
  readonly deployment: DeploymentId;
  readonly host: HostId;
  /** What its host says; leaving and retiring are the log's and kept beside it. */
  readonly status: 'placed' | 'started' | 'healthy' | 'failed';
  readonly address: string | null;
  readonly reason: string;
  readonly since: Instant;
  readonly leavingAt: Instant | null;
  readonly retiredAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  readonly lostAt: Instant | null;
}

export interface HostRow {
  readonly host: HostId;
  /** As its agent names them. */
  readonly tags: readonly string[];
  /** A person's. */
  readonly addedTags: readonly string[];
  readonly removedTags: readonly string[];
  readonly hostGroup: string | null;
  readonly life: HostView['life'];
  readonly silentSince: Instant | null;
  readonly bootId: string | null;
  readonly cordon: Pick<NonNullable<HostView['cordon']>, 'why' | 'since'> | null;
  /** Since it was cordoned. */
  readonly isDrained: boolean;
  readonly isRebooting: boolean;
  readonly milliCpus: number;
  readonly memoryBytes: number;
  readonly proxy: boolean;
  readonly lastConnectedAt: Instant | null;
  readonly refused: RefusedReports | null;
}

export interface GroupRow {
  readonly hostGroup: string;
  readonly tags: readonly string[];
}

/** The one row of what concerns all hosts. */
export interface FleetRow {
  readonly fleet: 'all';
  readonly silentSince: HostsView['silentSince'];
}

export interface ParkRow extends ParkView {
  /** `<service>/<stack>`. */
  readonly park: string;
}

/** To what a service was scaled. */
export interface ScaledRow extends ScaledView {
  /** `<stack>/<service>`. */
  readonly scaled: string;
}

/** A time in which a service did not listen. */
export interface SilenceRow {
  /** Id of the event that tells of it. */
  readonly silence: EventId;
  readonly consumer: string;
  readonly since: Instant;
  readonly until: Instant;
}

export const scaledViewOf = ({ scaled: _, ...view }: ScaledRow): ScaledView => view;

export const parkViewOf = ({ park: _, ...view }: ParkRow): ParkView => view;

/** Its deadline runs. */
export const isRunning = ({ status }: DeploymentRow): boolean => status === 'running';

/** `hearing`: of the deployer; it is needed for one that runs. */
export const deploymentViewOf = (row: DeploymentRow, hearing: Hearing | null): DeploymentView => {
  const { position: _, replicas: __, startedAt, deadlineMs, drainTimeoutMs: ___, ...view } = row;
  const isTimed = isRunning(row) && startedAt !== null && deadlineMs !== null && hearing !== null;
  return { ...view, left: isTimed ? leftOf(hearing, startedAt, deadlineMs) : null };
};

const containerViewOf = (row: ContainerRow): ContainerView => ({
  container: row.container,
  stack: row.stack,
  service: row.service,
  version: row.version,
  slot: row.slot,
  host: row.host,
  address: row.address,
  reason: row.reason,
  ...statusOf(row),
});

/** Its drain timeout runs. */
export const isLeaving = ({ leavingAt, retiredAt }: ContainerRow): boolean => leavingAt !== null && retiredAt === null;

/** `drainTimeoutMs`: of its version. This and the hearing are needed for one that leaves. */
export const listedContainerOf = (row: ContainerRow, drainTimeoutMs: number | null, hearing: Hearing | null): ListedContainer => {
  const isTimed = isLeaving(row) && row.leavingAt !== null && drainTimeoutMs !== null && hearing !== null;
  return { ...containerViewOf(row), left: isTimed ? leftOf(hearing, row.leavingAt, drainTimeoutMs) : null };
};

/** What is furthest on its way out says what it is. */
const statusOf = ({ status, since, retiredAt, leavingAt, withdrawnAt, lostAt }: ContainerRow): Pick<ContainerView, 'status' | 'since'> => {
  if (retiredAt !== null) return { status: 'stopping', since: retiredAt };
  if (leavingAt !== null) return { status: 'leaving', since: leavingAt };
  if (lostAt !== null) return { status: 'lost', since: lostAt };
  return withdrawnAt === null ? { status, since } : { status: 'withdrawn', since: withdrawnAt };
};

export const hostViewOf = (row: HostRow, groups: readonly GroupRow[], containers: number): HostView => {
  const { addedTags, removedTags, hostGroup: group, isDrained, ...told } = row;
  const ofGroup = groups.find(({ hostGroup }) => hostGroup === group)?.tags ?? [];
  const own = { named: row.tags, added: addedTags, removed: removedTags };
  return {
    ...told,
    group,
    tags: effectiveTags({ host: row.host, group, own }, ofGroup),
    cordon: row.cordon && { ...row.cordon, isDrained },
    containers,
    contested: isContested(row),
  };
};

/** Since its newest session began, as placing sees it. */
const isContested = ({ refused, lastConnectedAt }: HostRow): boolean =>
  refused !== null && refused.until >= (lastConnectedAt ?? 0) && refused.counts.some(({ reason }) => reason === SECOND_AGENT);
