import type { Instant } from '#libs/contracts';

/** When a service, whichever of its replicas, listened last. It is kept beside the log: who listens writes it each second. */
export abstract class Beats {
  /** By one clock for all replicas; `last` is null for a service that never listened. */
  abstract heard(consumer: string): Promise<{ readonly last: Instant | null; readonly now: Instant }>;
  /** It listens now. Gives when that is, by the same clock. */
  abstract beat(consumer: string): Promise<Instant>;
}
