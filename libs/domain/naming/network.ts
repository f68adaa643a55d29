/** A range of IPv4 addresses. */
export interface Network {
  readonly base: number;
  readonly mask: number;
}

/** As an unsigned number; null when it is no IPv4 address in dotted decimal. */
export const ipv4 = (text: string): number | null => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
};

/** `10.64.0.0/10`; null when it is none. */
export const network = (cidr: string): Network | null => {
  const [address = '', bits = ''] = cidr.split('/');
  const base = ipv4(address);
  if (base === null || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return null;
  const mask = Number(bits) === 0 ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
  return { base: (base & mask) >>> 0, mask };
};

export const isInNetwork = ({ base, mask }: Network, address: string): boolean => {
  const number = ipv4(address);
  return number !== null && (number & mask) >>> 0 === base;
};
