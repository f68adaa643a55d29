import { compareGenerations, type HostReport } from '#libs/contracts';

/** The newest level of a host after a report; null when the report is a delta on a level that is not known here. */
export const levelAfter = (known: HostReport | undefined, report: HostReport): HostReport | null => {
  if (report.full) return report;
  if (!known || compareGenerations(known.session, report.session) !== 0) return null;
  if (report.seq <= known.seq) return known;
  return {
    ...report,
    full: true,
    containers: replaced(known.containers, report.containers, (container) => container.container),
    parts: replaced(known.parts, report.parts, (part) => part.stack),
  };
};

const replaced = <T>(known: readonly T[], news: readonly T[], keyOf: (item: T) => string): readonly T[] =>
  [...new Map([...known, ...news].map((item) => [keyOf(item), item])).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
