import type { Anchor } from './anchor.ts';
import type { HostId } from './ids.ts';

export interface AuditFinding {
  readonly position: number;
  readonly fault: string;
}

/** What was found in the rows. */
export interface AuditReport {
  readonly status: 'intact' | 'broken';
  /** The head up to which was looked. Kept somewhere else, it is the anchor of a later audit. */
  readonly head: Anchor;
  readonly findings: readonly AuditFinding[];
  /** With how many anchors it was compared. */
  readonly anchors: number;
  /** What could not be seen, in words. */
  readonly unseen: string;
}

/** `GET /v1/audit`: the rows, compared with the anchors that were given and with those that agents remember. */
export interface AuditAnswer extends AuditReport {
  /** Hosts that gave anchors, and those that were asked and did not answer. */
  readonly hosts: { readonly answered: readonly HostId[]; readonly silent: readonly HostId[] };
}
