import { z } from 'zod';
import type { Generation } from './generation.ts';

/** `POST /v1/platform/incarnation`: the log is not the one that it was; why, in the operator's words. */
export const incarnationBody = z.strictObject({ reason: z.string().trim().min(1).max(500) });
export type IncarnationBody = z.infer<typeof incarnationBody>;

export interface IncarnationBegun {
  readonly incarnation: number;
  /** Of its `IncarnationRaised`. */
  readonly position: number;
  /** The last place of the one before that is still part of the log. */
  readonly until: Generation;
}
