import type { NetworkCreateOptions, NetworkInspectInfo } from 'dockerode';
import { Rejected } from '#libs/contracts';
import type { Engine } from '../ports.ts';
import type { Subnet } from './subnet.ts';

export const NETWORK = 'berth';
const MTU = 1500;

interface Wanted {
  /** Of its interface. */
  readonly bridge: string;
  readonly subnet: Subnet;
}

/** Makes the containers' network of a single host where it is missing. Throws `Rejected` when one of that name is another one. */
export const ensureBridge = async (engine: Pick<Engine, 'network' | 'createNetwork'>, wanted: Wanted): Promise<void> => {
  const found = await engine.network(NETWORK);
  if (!found) {
    await engine.createNetwork(networkOptions(wanted));
    return;
  }
  const difference = differenceOf(found, wanted);
  if (difference !== null)
    throw new Rejected(`use network ${NETWORK}: ${difference}; remove it (docker network rm ${NETWORK}) or set BERTH_POOL to its range`);
};

const networkOptions = ({ bridge, subnet }: Wanted): NetworkCreateOptions => ({
  Name: NETWORK,
  CheckDuplicate: true,
  Driver: 'bridge',
  IPAM: { Driver: 'default', Config: [{ Subnet: subnet.cidr, IPRange: subnet.engineRange, Gateway: subnet.gateway }] },
  Options: { 'com.docker.network.bridge.name': bridge, 'com.docker.network.driver.mtu': String(MTU) },
  Labels: { 'berth.network': 'bridge' },
});

const differenceOf = (found: NetworkInspectInfo, { bridge, subnet }: Wanted): string | null => {
  const foundSubnet = found.IPAM?.Config?.[0]?.Subnet;
  const foundBridge = found.Options?.['com.docker.network.bridge.name'];
  if (foundSubnet !== subnet.cidr) return `it has the range ${foundSubnet}, not ${subnet.cidr}`;
  return foundBridge === bridge ? null : `it has the interface ${foundBridge}, not ${bridge}`;
};
