import { z } from 'zod';
import type { EventData } from './events/catalog.ts';
import { tag } from './events/hosts.ts';
import { image, scaleChange } from './events/requests.ts';
import type { FailureCause } from './events/stack.ts';
import type { Difference } from './http-history.ts';
import { type HostId, hostId, type StackName, serviceName, stackName } from './ids.ts';

/** `POST /v1/plans`: what shall be tried on a copy of today. Nothing of it is published. */
export const planBody = z.strictObject({
  /** A deployment, as `POST /v1/deployments` has it; what is only built needs no image yet. */
  compose: z.record(z.string(), z.unknown()).optional(),
  images: z.record(z.string(), image).default({}),
  /** Whose services `scale` names, where there is no `compose`. */
  stack: stackName.optional(),
  scale: z.record(serviceName, scaleChange).default({}),
  /** Hosts that are lost. */
  without: z.array(hostId).max(1000).default([]),
  tags: z
    .array(z.strictObject({ host: hostId, add: z.array(tag).max(100).default([]), remove: z.array(tag).max(100).default([]) }))
    .max(1000)
    .default([]),
});
export type PlanBody = z.infer<typeof planBody>;

/** A container that would be placed. */
interface PlannedPlacement {
  readonly stack: StackName;
  readonly service: string;
  readonly slot: number;
  readonly host: HostId;
  readonly reason: string;
}

/** What containers hold of a host, of what it has. */
export interface HostLoad {
  readonly containers: number;
  readonly milliCpus: number;
  readonly memoryBytes: number;
}

/** A host that would hold more or less. */
export interface PlannedHost {
  readonly host: HostId;
  readonly before: HostLoad;
  readonly after: HostLoad;
  /** Null for one that left. */
  readonly capacity: { readonly milliCpus: number; readonly memoryBytes: number } | null;
}

/** Answer of `POST /v1/plans`. */
export interface PlanView {
  /** Of the newest event that it stands on. */
  readonly position: number;
  /** `POST /v1/deployments` with it is refused once the outcome would be another one. */
  readonly token: string;
  /** The stacks that were looked at. */
  readonly stacks: readonly StackName[];
  /** Of the deployment that was tried; null where none was. */
  readonly deployment: {
    readonly stack: StackName;
    readonly version: number;
    readonly failure: { readonly step: string; readonly cause: FailureCause } | null;
  } | null;
  /** Which service finds no host, and why, in the words of the scheduler. */
  readonly unplaced: readonly Omit<EventData<'PlacementFailed'>, 'deployment'>[];
  readonly placements: readonly PlannedPlacement[];
  /** Containers, names and routes, by hosts: today against then. */
  readonly differences: readonly Difference[];
  readonly hosts: readonly PlannedHost[];
  readonly warnings: readonly string[];
}
