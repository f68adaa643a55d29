import type { Instant } from './ids.ts';

/** One event in a tree of causes: what it says, why, and what it led to. */
export interface WhyNode {
  readonly id: string;
  readonly position: number;
  readonly at: Instant;
  readonly type: string;
  readonly actor: string;
  readonly says: string;
  /** The reason that the event itself carries. */
  readonly why: string | null;
  /** It is what was asked about. */
  readonly isSubject: boolean;
  readonly effects: readonly WhyNode[];
  /** Effects like those shown, each with what followed from it, which are only counted. */
  readonly more: readonly { readonly type: string; readonly count: number }[];
}

/** `GET /v1/why/{id}`. */
export interface Why {
  readonly about: 'event' | 'container' | 'deployment';
  readonly id: string;
  /** The answer in sentences, before the tree that shows it. */
  readonly says: readonly string[];
  /** Oldest first. Each begins with what nothing before it led to. */
  readonly roots: readonly WhyNode[];
  /** There is more than anybody reads: only the first events were looked at. */
  readonly isCut: boolean;
}
