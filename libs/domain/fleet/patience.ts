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

/** A host that comes and goes is borne for so much longer each time, until it was calm for an hour. */
const LONGER = 4;
const LONGEST_MS = 3_600_000;

/** How long this host may be silent until it is lost. */
export const patienceWith = ({ lostMs, rebootMs }: Patience, { losses, reboot }: HostFacts): number =>
  reboot === null ? Math.min(LONGEST_MS, lostMs * LONGER ** losses.length) : rebootMs;

/** How long it may be silent until it is suspected. */
export const suspicionWith = ({ suspectMs, rebootMs }: Patience, { reboot }: HostFacts): number => (reboot === null ? suspectMs : rebootMs);
