import { Rejected } from '#libs/contracts';

/** Addresses of one host's containers. All of them as numbers of 32 bits inside, as text outside. */
export interface Subnet {
  readonly cidr: string;
  readonly gateway: string;
  /** A range for containers that are not Berth's: the engine picks from it, Berth never does. */
  readonly engineRange: string;
  readonly first: number;
  readonly last: number;
}

const HOST_BITS = 12;
const FIRST_HOST = 10;
const ENGINE_RANGE = 8;

/** The first /20 of the pool. `.1` is the gateway, `.2` to `.9` are kept back, the last /29 is the engine's. */
export const firstSubnetOf = (pool: string): Subnet => {
  const [base = '', bits = ''] = pool.split('/');
  const prefix = Number(bits);
  const network = numberOf(base);
  if (network === null || !/^\d+$/.test(bits) || prefix < 8 || prefix > 32 - HOST_BITS)
    throw new Rejected(`read pool ${pool}: use an IPv4 range of at least a /20, such as 10.64.0.0/10`);
  const start = network - (network % 2 ** (32 - prefix));
  const end = start + 2 ** HOST_BITS;
  return {
    cidr: `${addressOf(start)}/${32 - HOST_BITS}`,
    gateway: addressOf(start + 1),
    engineRange: `${addressOf(end - ENGINE_RANGE)}/29`,
    first: start + FIRST_HOST,
    last: end - ENGINE_RANGE - 1,
  };
};

export const addressOf = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

const numberOf = (address: string): number | null => {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return null;
  return parts.reduce((number, part) => number * 256 + part, 0);
};
