import type { Anchor } from './anchor.ts';
import type { EventData } from './events/catalog.ts';
import type { Generation } from './generation.ts';
import type { HostId } from './ids.ts';

export interface AuditFinding {
  readonly position: number;
  readonly fault: string;
}

/** A loss that is on record: an incarnation was raised, and what was told beyond `until` of the one before is no part of the log. */
export interface RecordedLoss {
  readonly incarnation: number;
  /** Where it began. */
  readonly position: number;
  readonly until: Generation;
  readonly reason: EventData<'IncarnationRaised'>['reason'];
  /** How many of the anchors are of what was lost. */
  readonly anchors: number;
}

/** What was found in the rows. */
export interface AuditReport {
  readonly status: 'intact' | 'broken';
  /** The head up to which was looked. Kept somewhere else, it is the anchor of a later audit. */
  readonly head: Anchor;
  readonly findings: readonly AuditFinding[];
  /** Oldest first. */
  readonly losses: readonly RecordedLoss[];
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
