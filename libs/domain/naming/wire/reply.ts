import { CLASS_IN, HEADER_BYTES, putU16, putU32, Rcode, TTL, Type } from './codes.ts';
import type { Query } from './query.ts';

/** What we can take, and the most that we send by UDP: it passes everywhere in one piece. */
export const UDP_MOST = 1232;
export const TCP_MOST = 65_535;

const UDP_LEAST = 512;
const OPT_BYTES = 11;
const ADDRESS_BYTES = 16;
const QUESTION_POINTER = 0xc000 | HEADER_BYTES;

/** How long an answer by UDP may be. */
export const udpLimit = ({ edns }: Query): number => Math.min(UDP_MOST, Math.max(UDP_LEAST, edns?.payload ?? 0));

/** One record; the owner is at most 16,383 bytes into the message (a pointer) or written out. */
export interface RecordBytes {
  readonly owner: number | Uint8Array;
  readonly type: number;
  readonly ttl: number;
  readonly data: Uint8Array;
}

export interface Reply {
  readonly rcode: number;
  /** We are the ones to ask. */
  readonly isAuthoritative: boolean;
  readonly answers: readonly RecordBytes[];
  readonly authority: readonly RecordBytes[];
}

/** The owner is the name that was asked for. */
export const ASKED = QUESTION_POINTER;

/** The hot path: addresses of the asked name from the `first` on, all of them or as many as fit (TC). */
export const writeAddresses = (request: Uint8Array, query: Query, octets: Uint8Array, first: number, limit: number): Uint8Array => {
  const all = octets.length / 4;
  const count = Math.min(all, Math.floor((limit - query.end - optBytes(query)) / ADDRESS_BYTES));
  const out = new Uint8Array(query.end + count * ADDRESS_BYTES + optBytes(query));
  begin(out, request, query, { rcode: Rcode.NOERROR, isAuthoritative: true, isCut: count < all });
  putU16(out, 6, count);
  let at = query.end;
  for (let index = 0; index < count; index++, at += ADDRESS_BYTES) {
    const from = ((first + index) % all) * 4;
    putU16(out, at, QUESTION_POINTER);
    out[at + 3] = Type.A;
    out[at + 5] = CLASS_IN;
    out[at + 9] = TTL;
    out[at + 11] = 4;
    for (let octet = 0; octet < 4; octet++) out[at + 12 + octet] = octets[from + octet] as number;
  }
  writeOpt(out, query, at, Rcode.NOERROR);
  return out;
};

/** Any other answer. Records that do not fit are left out (TC). */
export const writeReply = (request: Uint8Array, query: Query, reply: Reply, limit: number): Uint8Array => {
  const room = limit - query.end - optBytes(query);
  const answers = fitting(reply.answers, room);
  const authority = fitting(reply.authority, room - answers.bytes);
  const isCut = answers.records.length + authority.records.length < reply.answers.length + reply.authority.length;
  const out = new Uint8Array(query.end + answers.bytes + authority.bytes + optBytes(query));
  begin(out, request, query, { ...reply, isCut });
  putU16(out, 6, answers.records.length);
  putU16(out, 8, authority.records.length);
  let at = query.end;
  for (const record of [...answers.records, ...authority.records]) at = writeRecord(out, at, record);
  writeOpt(out, query, at, reply.rcode);
  return out;
};

const optBytes = ({ edns }: Query): number => (edns === null ? 0 : OPT_BYTES);

const begin = (
  out: Uint8Array,
  request: Uint8Array,
  query: Query,
  { rcode, isAuthoritative, isCut }: { rcode: number; isAuthoritative: boolean; isCut: boolean },
): void => {
  for (let at = 0; at < query.end; at++) out[at] = request[at] as number;
  // QR, AA, TC; RD and CD as they came; RA, since glibc takes a server that says neither AA nor RA for a lame one.
  out[2] = 0x80 | (isAuthoritative ? 0x04 : 0) | (isCut ? 0x02 : 0) | ((request[2] as number) & 0x01);
  out[3] = 0x80 | ((request[3] as number) & 0x10) | (rcode & 0x0f);
  putU16(out, 4, 1);
  putU16(out, 6, 0);
  putU16(out, 8, 0);
  putU16(out, 10, query.edns === null ? 0 : 1);
};

const writeOpt = (out: Uint8Array, query: Query, at: number, rcode: number): void => {
  if (query.edns === null) return;
  putU16(out, at + 1, Type.OPT);
  putU16(out, at + 3, UDP_MOST);
  out[at + 5] = rcode >>> 4;
};

const ownerBytes = ({ owner }: RecordBytes): number => (typeof owner === 'number' ? 2 : owner.length);

const fitting = (records: readonly RecordBytes[], room: number): { records: readonly RecordBytes[]; bytes: number } => {
  let bytes = 0;
  const taken = records.findIndex((record) => {
    const next = bytes + ownerBytes(record) + 10 + record.data.length;
    if (next > room) return true;
    bytes = next;
    return false;
  });
  return { records: taken < 0 ? records : records.slice(0, taken), bytes };
};

const writeRecord = (out: Uint8Array, start: number, record: RecordBytes): number => {
  if (typeof record.owner === 'number') putU16(out, start, record.owner);
  else out.set(record.owner, start);
  const at = start + ownerBytes(record);
  putU16(out, at, record.type);
  putU16(out, at + 2, CLASS_IN);
  putU32(out, at + 4, record.ttl);
  putU16(out, at + 8, record.data.length);
  out.set(record.data, at + 10);
  return at + 10 + record.data.length;
};
