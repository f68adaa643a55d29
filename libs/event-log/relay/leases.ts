/**
 * Who does a work that one alone should do. A lease only saves work: who lost one may not know it yet, so whatever it guards is
 * fenced too.
 */
export abstract class Leases {
  /**
   * Takes the lease, or prolongs it for who has it: gives back its fence, which rises with each owner. Null while another has it.
   * `forMs` counts from when this arrives.
   */
  abstract hold(name: string, owner: string, forMs: number): Promise<number | null>;
  /** Names of the leases that somebody has now and that begin with this, in the order of their letters. */
  abstract held(prefix: string): Promise<readonly string[]>;
  /** Forgets those that begin with this and that nobody has: their fences begin anew. */
  abstract forget(prefix: string): Promise<void>;
  /** Lets the next one have it at once. */
  abstract release(name: string, owner: string): Promise<void>;
}
