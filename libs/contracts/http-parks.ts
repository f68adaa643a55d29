import type { EventId, Instant, StackName } from './ids.ts';

/** `GET /v1/parks`: a stack for which a service decides nothing until `DELETE /v1/parks/<service>/<stack>`. */
export interface ParkView {
  /** The service. */
  readonly consumer: string;
  readonly stack: StackName;
  /** The newest event of the stack when the service failed. */
  readonly event: EventId;
  readonly error: string;
  readonly since: Instant;
}
