import { containerIdOf, type Placement } from '#libs/contracts';
import type { Field } from './field.ts';
import type { Reasons } from './reasons.ts';
import type { OpenSlot, Wish } from './slots.ts';

/** Gives a slot of the service a host; null when none will do. */
export const choosePlacement = (field: Field, reasons: Reasons, wish: Wish, open: OpenSlot): Placement | null => {
  const { to, pinned, slot, replacement, replaces } = open;
  const isTorn = to !== null && pinned !== null && to !== pinned;
  const choice = isTorn ? null : field.choose(to ?? pinned);
  if (!choice) return null;
  const reason = reasons.of(choice, open, field.fitting);
  field.give(choice);
  const { stack, deployment, name: service } = wish;
  const container = containerIdOf({ stack, service, slot, deployment, replacement });
  const placement = { container, slot, host: choice.chosen.host, reason };
  return replaces === null ? placement : { ...placement, replaces };
};
