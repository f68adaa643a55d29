import { BlockList, isIP } from 'node:net';

/**
 * Addresses that no feed is sent to unless they are allowed by name: link-local ones, where clouds hand out credentials of the machine,
 * and what is no single host. Loopback and private ones are an operator's own services.
 */
const forbidden = new BlockList();
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('224.0.0.0', 3, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
// Translated (RFC 6052) and mapped: the same addresses in other clothes.
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');

export const isForbidden = (address: string): boolean => forbidden.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The address of an address' host, where it is written as one: `http://[::1]:80/` has `::1`. */
export const literalOf = ({ hostname }: URL): string | null => {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? null : bare;
};

export const forbiddenWords = (address: string): string =>
  `${address} is link-local or no single host; BERTH_WEBHOOK_ALLOW can name its host`;
