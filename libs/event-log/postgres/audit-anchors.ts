import { type Anchor, type AuditFinding, type EventData, generationText, type RecordedLoss } from '#libs/contracts';
import type { AuditedPast } from './audited-past.ts';

/** An anchor and who keeps it, in words. */
export interface KeptAnchor extends Anchor {
  readonly keeper: string;
}

/**
 * Of each keeper the first anchor that the log does not have: those behind it are of the same future. Where the newest is there, so are those before
 * it: the chain that was walked leads to it.
 */
export const unmatched = async (past: AuditedPast, head: Anchor, anchors: readonly KeptAnchor[]): Promise<readonly AuditFinding[]> => {
  const findings: AuditFinding[] = [];
  for (const kept of Map.groupBy(anchors, ({ keeper }) => keeper).values()) {
    const oldestFirst = [...kept].sort((a, b) => a.position - b.position);
    const newest = oldestFirst.at(-1);
    if (newest && (await faultOf(past, head, newest))) findings.push(...(await firstFault(past, head, oldestFirst)));
  }
  return findings;
};

/** What each raise of the incarnation says to be no longer part of the log. */
export const lossesOf = (
  raises: readonly { readonly position: number; readonly data: EventData<'IncarnationRaised'> }[],
  anchors: readonly Anchor[],
): readonly RecordedLoss[] =>
  raises.map(({ position, data: { incarnation, until, reason } }) => {
    const lost = anchors.filter((anchor) => isOfLoss(anchor, { until }));
    return { incarnation, position, until, reason, anchors: lost.length };
  });

export const isOfLoss = (anchor: Anchor, { until }: Pick<RecordedLoss, 'until'>): boolean =>
  anchor.incarnation <= until.incarnation && anchor.position > until.position;

const firstFault = async (past: AuditedPast, head: Anchor, anchors: readonly KeptAnchor[]): Promise<readonly AuditFinding[]> => {
  for (const anchor of anchors) {
    const fault = await faultOf(past, head, anchor);
    if (fault) return [fault];
  }
  return [];
};

/** A row that is missing is found by the walk. */
const faultOf = async (past: AuditedPast, head: Anchor, anchor: KeptAnchor): Promise<AuditFinding | null> => {
  const { position, hash, keeper } = anchor;
  const name = `the anchor ${generationText(anchor)} of ${keeper}`;
  if (position > head.position) return { position: head.position + 1, fault: `${name} is beyond the head: the tail was cut off` };
  if (!past.isSeen(position) || ((await past.hashAt(position)) ?? hash) === hash) return null;
  return { position, fault: `${name} has another hash: the chain up to it was made anew` };
};
