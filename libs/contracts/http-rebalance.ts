import { z } from 'zod';
import { type ContainerId, type HostId, type StackName, stackName } from './ids.ts';

/** Moves at once, unless told. */
export const USUAL_MOVES = 10;

/** `POST /v1/rebalance`: the moves that `GET /v1/rebalance?max&stack` shows are asked for, decided anew. */
export const rebalanceBody = z.strictObject({
  max: z.int().min(1).max(1000).default(USUAL_MOVES),
  stack: stackName.optional(),
});
export type RebalanceBody = z.infer<typeof rebalanceBody>;

/** A container that goes elsewhere, once its replacement there is healthy. */
export interface MoveView {
  readonly stack: StackName;
  readonly service: string;
  readonly container: ContainerId;
  readonly from: HostId;
  readonly to: HostId;
  readonly reason: string;
}

/** How uneven something is: the most on a host less the fewest on one, of the hosts that may have it. */
export interface SpreadView {
  /** Of all containers. */
  readonly hosts: number;
  readonly services: readonly { readonly stack: StackName; readonly service: string; readonly spread: number }[];
}

/** Answer of `GET` and `POST /v1/rebalance`. */
export interface RebalanceView {
  /** Of the newest event that it stands on; once it was asked for, of the first wish. */
  readonly position: number;
  readonly moves: readonly MoveView[];
  readonly before: SpreadView;
  readonly after: SpreadView;
}
