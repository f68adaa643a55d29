import type { HostId } from '#libs/contracts';
import { containersOf, portsOf, type StackState } from '../stack/index.ts';
import type { Wish } from './slots.ts';
import { listed } from './words.ts';

/**
 * Why a service finds no host for a port that its own other version holds: both run side by side until the new one serves. Null where that
 * is not what is in the way. `fitting`: how many hosts there are for the two.
 */
export const fixOwnPorts = (state: StackState, wish: Wish, fitting: number): string | null => {
  const { name, service, version, open } = wish;
  const ports = portsOf(service);
  const others = holdersOf(state, wish, ports);
  const hosts = [...new Set(others.map(({ host }) => host))].sort();
  const needed = hosts.length + open.length;
  if (hosts.length === 0 || needed <= fitting) return null;
  const held = `services.${name} maps ${listed(ports)}, which its v${others[0]?.version} holds on ${listed(hosts.slice(0, NAMED))} until v${version} serves`;
  const both = `: side by side they need ${needed} hosts, and ${fitting} ${fitting === 1 ? 'fits' : 'fit'}`;
  const lower = Math.floor(fitting / 2);
  const ways = [
    ...(service.strategy === 'EVERY_NODE' ? [] : [needed - fitting === 1 ? 'add a host' : `add ${needed - fitting} hosts`]),
    ...(service.strategy === 'EVERY_NODE' || lower === 0 ? [] : [`run at most ${lower} (deploy.replicas)`]),
    'deploy once without the port in x-berth.ports and then with it',
  ];
  return `${held}${both}; ${ways.join(', or ')}`;
};

const NAMED = 20;

const holdersOf = (state: StackState, { name, version }: Wish, ports: readonly string[]): readonly { host: HostId; version: number }[] =>
  containersOf(state).filter((known) => {
    const service = state.versions[known.version]?.manifest.services[known.service];
    return known.service === name && known.version !== version && service && portsOf(service).some((port) => ports.includes(port));
  });
