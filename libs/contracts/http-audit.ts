import type { Generation } from './generation.ts';

/** A head as somebody outside the database remembers it. */
export interface Anchor extends Generation {
  /** Hex. */
  readonly hash: string;
}

export interface AuditFinding {
  readonly position: number;
  readonly fault: string;
}

/** What `berth audit verify` found. */
export interface AuditReport {
  readonly status: 'intact' | 'broken';
  /** The head up to which was looked. Kept somewhere else, it is the anchor of a later audit. */
  readonly head: Anchor;
  readonly findings: readonly AuditFinding[];
  readonly anchors: number;
  /** What could not be seen, in words. */
  readonly unseen: string;
}
