/** RFC 1035, 6891. */
export const HEADER_BYTES = 12;
export const CLASS_IN = 1;

export const Type = { A: 1, CNAME: 5, SOA: 6, PTR: 12, AAAA: 28, OPT: 41, ANY: 255 } as const;

export const Rcode = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;

/** Seconds; of everything that we say ourselves. */
export const TTL = 1;

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

export const putU16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
};

export const putU32 = (bytes: Uint8Array, at: number, value: number): void => {
  putU16(bytes, at, value >>> 16);
  putU16(bytes, at + 2, value & 0xffff);
};
