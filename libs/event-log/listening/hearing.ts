import type { Instant, TimeLeft } from '#libs/contracts';
import { endOfListening, type Outage, outagesOf } from '#libs/domain/stack';
import type { Beats } from './beats.ts';
import { GAP_MS } from './listening.ts';

/** When a service did not listen, and whether it listens now. */
export interface Hearing {
  readonly outages: readonly Outage[];
  /** Null while it listens. */
  readonly silentSince: Instant | null;
  readonly now: Instant;
}

/** `told`: what the log says of its silences. One that lasts is told when it ends; it counts from its beginning. */
export const hearingOf = (told: readonly Outage[], { last, now }: Awaited<ReturnType<Beats['heard']>>): Hearing =>
  last !== null && now - last > GAP_MS
    ? { outages: outagesOf([...told, { from: last, until: now }]), silentSince: last, now }
    : { outages: outagesOf(told), silentSince: null, now };

/** What is left now of so much time of work. */
export const leftOf = ({ outages, silentSince, now }: Hearing, from: Instant, ms: number): TimeLeft => ({
  listeningMs: Math.max(0, endOfListening(outages, from, ms) - now),
  silentSince,
});
