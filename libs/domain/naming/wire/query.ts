import { CLASS_IN, HEADER_BYTES, Rcode, Type, u16 } from './codes.ts';
import { endOfName, endOfPlainName, plainName } from './names.ts';

/** One question as it came. */
export interface Query {
  /** See `Question`. */
  readonly name: string;
  readonly type: number;
  /** Behind the question. */
  readonly end: number;
  /** The sender's OPT record: what it can take by UDP. */
  readonly edns: { readonly payload: number; readonly version: number } | null;
}

/** What came in. */
export type Reading =
  | { readonly kind: 'query'; readonly query: Query }
  /** To be answered with this rcode; without its question where that can't be read. */
  | { readonly kind: 'fault'; readonly rcode: number; readonly query: Query | null }
  /** Never answered: it is no message, or an answer itself, and two servers would talk for ever. */
  | { readonly kind: 'silence' };

/** Reads a message in place, without looking anywhere twice: its cost is its length, whatever its counts say. */
export const readQuery = (bytes: Uint8Array): Reading => {
  if (bytes.length < HEADER_BYTES || ((bytes[2] as number) & 0x80) !== 0) return silence;
  if (((bytes[2] as number) & 0x78) !== 0) return fault(Rcode.NOTIMP);
  const nameEnd = u16(bytes, 4) === 1 ? endOfPlainName(bytes, HEADER_BYTES) : -1;
  const end = nameEnd + 4;
  if (nameEnd < 0 || end > bytes.length) return fault(Rcode.FORMERR);
  const type = u16(bytes, nameEnd);
  const edns = bytes.length === end && u16(bytes, 10) === 0 && u16(bytes, 6) === 0 && u16(bytes, 8) === 0 ? null : readEdns(bytes, end);
  if (edns === undefined || type === 0 || type === Type.OPT) return fault(Rcode.FORMERR);
  const query = { name: plainName(bytes, HEADER_BYTES), type, end, edns };
  if (edns !== null && edns.version > 0) return { kind: 'fault', rcode: Rcode.BADVERS, query };
  if (u16(bytes, nameEnd + 2) !== CLASS_IN || isTransfer(type)) return { kind: 'fault', rcode: Rcode.REFUSED, query };
  return { kind: 'query', query };
};

const silence: Reading = { kind: 'silence' };
const fault = (rcode: number): Reading => ({ kind: 'fault', rcode, query: null });

/** TKEY, TSIG, IXFR, AXFR, MAILB, MAILA: questions of other protocols. */
const isTransfer = (type: number): boolean => type >= 249 && type <= 254;

/** Walks the records behind the question. Undefined when they are malformed, or an OPT is where none may be. */
const readEdns = (bytes: Uint8Array, start: number): Query['edns'] | undefined => {
  const before = u16(bytes, 6) + u16(bytes, 8);
  const count = before + u16(bytes, 10);
  let edns: Query['edns'] = null;
  let at = start;
  for (let index = 0; index < count; index++) {
    const fixed = endOfName(bytes, at);
    const data = fixed + 10;
    if (fixed < 0 || data > bytes.length) return undefined;
    const next = data + u16(bytes, fixed + 8);
    if (next > bytes.length) return undefined;
    if (u16(bytes, fixed) === Type.OPT) {
      const isMisplaced = index < before || edns !== null || fixed !== at + 1;
      if (isMisplaced || !areOptions(bytes, data, next)) return undefined;
      edns = { payload: u16(bytes, fixed + 2), version: bytes[fixed + 5] as number };
    }
    at = next;
  }
  return edns;
};

const areOptions = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = start;
  while (at + 4 <= end) at += 4 + u16(bytes, at + 2);
  return at === end;
};
