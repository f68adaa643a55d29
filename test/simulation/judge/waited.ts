import type { World } from '#libs/domain/stack';
import type { HostMachine } from '../host/host-machine.ts';
import { EPOCH } from '../world/clock.ts';

/** Until a host that was lost serves what it is told anew. */
const RETURN_MS = 10_000;

/** Nobody waits for what a lost host leads to, nor what began before it was back. `now`: virtual. */
export const isWaitedFor = ({ hosts }: World, { host, isGone }: HostMachine, now: number): boolean => {
  const known = hosts.get(host);
  if (isGone || !known || known.life === 'lost') return false;
  return known.life === 'suspected' || EPOCH + now - known.lifeSince > RETURN_MS;
};
