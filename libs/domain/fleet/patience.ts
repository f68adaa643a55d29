import type { Instant } from '#libs/contracts';
import type { HostFacts } from '#libs/domain/stack';

/** How long silence is borne, in milliseconds. */
export interface Patience {
  /** Then a host is suspected. */
  readonly suspectMs: number;
  /** Then it is lost. */
  readonly lostMs: number;
  /** At least so long between two losses, so that a fault of many hosts does not move the whole fleet at once. */
  readonly betweenLossesMs: number;
  /** A restart may take so long. */
  readonly rebootMs: number;
}

export const PATIENCE: Patience = { suspectMs: 5000, lostMs: 30_000, betweenLossesMs: 10_000, rebootMs: 600_000 };

/** A host that comes and goes is borne for longer each time, within this. */
const FORGIVEN_AFTER_MS = 3_600_000;
const LONGER = 4;

/** How long this host may be silent now. */
export const patienceWith = ({ lostMs, rebootMs }: Patience, { losses, reboot }: HostFacts, now: Instant): number => {
  if (reboot !== null) return rebootMs;
  const recent = losses.filter((at) => now - at < FORGIVEN_AFTER_MS).length;
  return Math.min(FORGIVEN_AFTER_MS, lostMs * LONGER ** recent);
};
