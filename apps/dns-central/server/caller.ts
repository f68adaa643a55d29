import { isIPv4 } from 'node:net';
import type Dns from 'dns2';
import { Packet } from 'dns2';
import type { Caller, Tables } from '#libs/domain/naming';

/** EDNS Client Subnet (RFC 7871) names whose answer is wanted: one address, and only this machine is believed. */
export const callerOf = (tables: Tables, request: Dns.Packet, from: string): Caller | null => {
  if (!isLoopback(from)) return null;
  const options = request.additionals.find(({ type }) => type === Packet.TYPE.EDNS)?.rdata;
  const subnet = options?.find(isSubnet);
  if (subnet?.family !== 1 || subnet.sourcePrefixLength !== 32 || subnet.ip === undefined) return null;
  return tables.callers.get(subnet.ip) ?? null;
};

const isSubnet = (option: Dns.Packet.EdnsOption): option is Dns.Packet.EcsOption => option.ednsCode === Packet.EDNS_OPTION_CODE.ECS;

const isLoopback = (address: string): boolean => isIPv4(address) && address.startsWith('127.');
