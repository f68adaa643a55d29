import { compareGenerations, type HostReport } from '#libs/contracts';

/** The newest level of a host after a report; null when the report is a delta on a level that is not known here, or one between them was lost. */
export const levelAfter = (known: HostReport | undefined, report: HostReport): HostReport | null => {
  const isOfOneSession = known !== undefined && compareGenerations(known.session, report.session) === 0;
  if (isOfOneSession && report.seq <= known.seq) return known;
  if (report.full) return report;
  if (!isOfOneSession) return null;
  if (report.since !== undefined && report.since > known.seq) return null;
  // Most reports are nothing but a sign of life.
  if (report.containers.length === 0 && report.parts.length === 0 && !report.images) return { ...known, seq: report.seq };
  return {
    ...report,
    full: true,
    containers: replaced(known.containers, report.containers, (container) => container.container),
    parts: replaced(known.parts, report.parts, (part) => part.stack),
    ...(known.images || report.images ? { images: report.images ?? known.images } : {}),
  };
};

const replaced = <T>(known: readonly T[], news: readonly T[], keyOf: (item: T) => string): readonly T[] =>
  [...new Map([...known, ...news].map((item) => [keyOf(item), item])).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
