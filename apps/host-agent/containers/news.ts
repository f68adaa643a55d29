import { Transient } from '#libs/contracts';

/**
 * What a failed beginning says of the container, for the control plane; empty where it says nothing of it: an engine that did not answer, or an address that is
 * not free yet. Then it is tried again, and whoever waits for it waits until its own deadline.
 */
export const newsOf = (cause: unknown): string => {
  if (cause instanceof Transient) return '';
  return cause instanceof Error ? cause.message : String(cause);
};
