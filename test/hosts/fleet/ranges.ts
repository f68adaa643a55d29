import type { HostId } from '#libs/contracts';
import type { Lan } from './lan.ts';

export const hostIds = (count: number): readonly HostId[] => Array.from({ length: count }, (_, at) => `h${at + 1}` as HostId);

/** The /20 of the containers of one host, counted from 1. */
export const poolOf = (net: number, index: number): string => `10.${64 + net}.${16 * index}.0/20`;

export interface Route {
  readonly pool: string;
  readonly via: string;
}

/** From one host to the containers of the others: what a network of the user's own would know. */
export const routesOf = ({ net, hosts, index, lan }: { net: number; hosts: number; index: number; lan: Lan }): readonly Route[] =>
  hostIds(hosts)
    .map((_, at) => at + 1)
    .filter((other) => other !== index)
    .map((other) => ({ pool: poolOf(net, other), via: lan.addressOf(other) }));
