import { ipv4 } from './network.ts';

/** A set of addresses that is answered whole, in turns. Never empty. */
interface Pool {
  /** Names the pool over generations, for its turn. */
  readonly key: string;
  readonly addresses: readonly string[];
  /** The same addresses, four octets each. */
  readonly octets: Uint8Array;
}

/** What a name leads to. `nothing`: the name exists and has no record. */
export type Entry =
  | { readonly kind: 'addresses'; readonly pool: Pool }
  | { readonly kind: 'alias'; readonly target: string }
  | { readonly kind: 'nothing' };

export const nothing: Entry = { kind: 'nothing' };

/** Texts that are no IPv4 addresses are left out. */
export const addressEntry = (key: string, texts: readonly string[]): Entry => {
  const read = texts.flatMap((address) => {
    const number = ipv4(address);
    return number === null ? [] : [{ address, number }];
  });
  if (read.length === 0) return nothing;
  const octets = new Uint8Array(read.length * 4);
  read.forEach(({ number }, index) => {
    octets.set([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255], index * 4);
  });
  return { kind: 'addresses', pool: { key, addresses: read.map(({ address }) => address), octets } };
};
