/** `evenly`: all replicas that are there take part. `one active`: one does, and the others stand by. */
export type Share = 'evenly' | 'one active';

/** Who takes part in a service's work now: where all replicas can see it. What this says saves work; it keeps nobody apart. */
export abstract class Members {
  /** Says that this replica is there for another while, and gives back who takes part. Throws `Transient` when nobody can be asked. */
  abstract beat(service: string, replica: string, share: Share): Promise<readonly string[]>;
  /** Takes no part any more, from now on. */
  abstract leave(service: string, replica: string, share: Share): Promise<void>;
}

/** Who said nothing for so long takes no part. */
export const GONE_MS = 2000;
