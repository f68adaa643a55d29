import { z } from 'zod';
import { image, revision } from './events/requests.ts';
import type { FailureCause } from './events/stack.ts';
import type { ContainerId, DeploymentId, HostId, Instant, StackName } from './ids.ts';
import type { TimeLeft } from './time.ts';

/** `POST /v1/deployments`. `compose` is a compose.yaml as JSON, after variables were resolved. */
export const deployBody = z.strictObject({
  compose: z.record(z.string(), z.unknown()),
  /** By service; a service that is not named runs its `image` as it is written. */
  images: z.record(z.string(), image).default({}),
  revision: revision.nullable().default(null),
  /** Of `POST /v1/plans`: refused with 409 if the outcome would be another one by now. */
  plan: z.string().max(100).optional(),
});
export type DeployBody = z.infer<typeof deployBody>;

type DeploymentStatus = 'requested' | 'queued' | 'running' | 'promoted' | 'failed';

export interface DeploymentView {
  readonly deployment: DeploymentId;
  readonly stack: StackName;
  readonly version: number | null;
  readonly status: DeploymentStatus;
  readonly requestedAt: Instant;
  /** When it was promoted or failed. */
  readonly endedAt: Instant | null;
  readonly failure: { readonly step: string; readonly cause: FailureCause } | null;
  /** Until its deadline, while it runs. */
  readonly left: TimeLeft | null;
}

/** Answer of `POST /v1/deployments`: 202 the first time, 200 when the key was used with the same body. */
export interface DeployAccepted extends DeploymentView {
  /** Position of its `DeployRequested`: follow the log from here. */
  readonly position: number;
  readonly warnings: readonly string[];
}

export interface ContainerView {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: string;
  readonly version: number;
  readonly slot: number;
  readonly host: HostId;
  /** `lost`: with its host; `withdrawn`: it serves until the deployer sees it off. */
  readonly status: 'placed' | 'started' | 'healthy' | 'failed' | 'lost' | 'withdrawn' | 'leaving' | 'stopping';
  readonly address: string | null;
  /** Why it is on this host. */
  readonly reason: string;
  readonly since: Instant;
}

/** As `GET /v1/containers` lists it. */
export interface ListedContainer extends ContainerView {
  /** While it leaves: so long, at most, may go on what was begun with it. */
  readonly left: TimeLeft | null;
}

/** RFC 9457; `errors` is Berth's extension: one entry a fault, with a JSON pointer (RFC 6901, as a fragment) into the body. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}
