import type { BerthEvent, Instant } from '#libs/contracts';

/** A time in which no replica of a service listened. */
export interface Outage {
  readonly from: Instant;
  readonly until: Instant;
}

/** By service, oldest first, and none overlaps another. */
export type Outages = Readonly<Record<string, readonly Outage[]>>;

/** No work runs through more of them. */
const KEPT = 200;

export const evolveOutages = (outages: Outages, event: BerthEvent): Outages => {
  if (event.type !== 'ListeningResumed' || event.data.until <= event.data.from) return outages;
  const { consumer, from, until } = event.data;
  return { ...outages, [consumer]: outagesOf([...(outages[consumer] ?? []), { from, until }]) };
};

/** Of all that was told of one service. */
export const outagesOf = (told: readonly Outage[]): readonly Outage[] => joined(told).slice(-KEPT);

/** The instant at which a service has listened for so long, should it go on listening from the last of these on. */
export const endOfListening = (outages: readonly Outage[], from: Instant, ms: number): Instant =>
  outages.reduce(
    (end, outage) => (outage.until > from && outage.from < end ? end + outage.until - Math.max(outage.from, from) : end),
    from + ms,
  );

const joined = (outages: readonly Outage[]): readonly Outage[] => {
  const result: Outage[] = [];
  for (const outage of [...outages].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && outage.from <= last.until) result[result.length - 1] = { from: last.from, until: Math.max(last.until, outage.until) };
    else result.push(outage);
  }
  return result;
};
