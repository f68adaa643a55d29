import type { HostId } from '#libs/contracts';
import { containersOf, counts, type StackState } from '../stack/index.ts';
import type { Ground } from './fit.ts';
import type { Wish } from './slots.ts';

/** Containers of the stack on one host. */
export interface Own {
  version: number;
  service: number;
  stack: number;
}

export const NONE: Own = { version: 0, service: 0, stack: 0 };

/** Where containers of the stack stay, those that this decision gave it among them. */
export const ownOf = (ground: Ground, state: StackState, { name, version }: Wish): Map<HostId, Own> => {
  const own = new Map<HostId, Own>();
  const at = (host: HostId): Own => {
    const known = own.get(host);
    if (known) return known;
    const fresh = { ...NONE };
    own.set(host, fresh);
    return fresh;
  };
  for (const container of containersOf(state)) {
    if (!counts(state, container)) continue;
    const known = at(container.host);
    known.stack++;
    if (container.service !== name) continue;
    known.service++;
    if (container.version === version) known.version++;
  }
  for (const host of ground.touched) at(host).stack += ground.given(host).containers;
  return own;
};
