import type { BerthEvent } from '#libs/contracts';
import type { Model } from './model.ts';

export interface Violation {
  readonly invariant: string;
  readonly position: number;
  readonly message: string;
}

/** What one invariant says of an event: each string is a violation. */
export interface Rule {
  readonly invariant: string;
  /** The model as it was before the event. */
  readonly before?: (event: BerthEvent, model: Model) => readonly string[];
  readonly after?: (event: BerthEvent, model: Model) => readonly string[];
}
