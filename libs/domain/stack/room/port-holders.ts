import type { HostId } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import type { Claim } from './claim.ts';

/** How many containers have a port of a host: one, wherever all goes by the rules. */
interface PortHolding {
  readonly all: number;
  /** Of them, those that leave. */
  readonly leaving: number;
}

/** By port (`tcp/53`), then by host: who leaves holds it until its release. */
export type PortHolders = OrderedMap<string, OrderedMap<HostId, PortHolding>>;

export const portsAfter = (holders: PortHolders, { host, ports, isOnItsWay }: Claim, by: 1 | -1): PortHolders =>
  ports.reduce((all, port) => {
    const hosts = all.get(port) ?? OrderedMap.empty();
    const known = hosts.get(host) ?? { all: 0, leaving: 0 };
    const next = { all: known.all + by, leaving: known.leaving + (isOnItsWay ? by : 0) };
    const left = next.all === 0 ? hosts.without(host) : hosts.set(host, next);
    return left.size === 0 ? all.without(port) : all.set(port, left);
  }, holders);
