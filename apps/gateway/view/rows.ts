import {
  type ContainerId,
  type ContainerView,
  type DeploymentId,
  type DeploymentView,
  type HostId,
  type HostView,
  type Instant,
  type ParkView,
  type RefusedReports,
  SECOND_AGENT,
  type StackName,
} from '#libs/contracts';

/** Rows as the tables hold them: each a pure function of events. Column names are these in snake case. */
export interface DeploymentRow extends DeploymentView {
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
}

export interface HostRow {
  readonly host: HostId;
  readonly tags: readonly string[];
  readonly milliCpus: number;
  readonly memoryBytes: number;
  readonly proxy: boolean;
  readonly lastConnectedAt: Instant | null;
  readonly refused: RefusedReports | null;
}

export interface ParkRow extends ParkView {
  /** `<service>/<stack>`. */
  readonly park: string;
}

export const parkViewOf = ({ park: _, ...view }: ParkRow): ParkView => view;

export const deploymentViewOf = ({ position: _, ...view }: DeploymentRow): DeploymentView => view;

export const containerViewOf = (row: ContainerRow): ContainerView => ({
  container: row.container,
  stack: row.stack,
  service: row.service,
  version: row.version,
  slot: row.slot,
  host: row.host,
  status: row.retiredAt !== null ? 'stopping' : row.leavingAt !== null ? 'leaving' : row.status,
  address: row.address,
  reason: row.reason,
  since: row.retiredAt ?? row.leavingAt ?? row.since,
});

export const hostViewOf = (row: HostRow, containers: number): HostView => ({ ...row, containers, contested: isContested(row) });

/** Since its newest session began, as placing sees it. */
const isContested = ({ refused, lastConnectedAt }: HostRow): boolean =>
  refused !== null && refused.until >= (lastConnectedAt ?? 0) && refused.counts.some(({ reason }) => reason === SECOND_AGENT);
