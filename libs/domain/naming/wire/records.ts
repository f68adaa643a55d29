import { CLASS_IN, HEADER_BYTES, Type, u16 } from './codes.ts';
import { endOfName, expandedName } from './names.ts';
import type { RecordBytes } from './reply.ts';

/** Of an answer that somebody else gave: addresses and aliases with their names written out, so that they can stand in another message. */
export const addressRecords = (bytes: Uint8Array): readonly RecordBytes[] => {
  const records: RecordBytes[] = [];
  let at = bytes.length < HEADER_BYTES ? -1 : endOfQuestions(bytes);
  for (let index = 0; index < u16(bytes, 6) && at >= 0; index++) {
    const fixed = endOfName(bytes, at);
    const end = fixed + 10 + u16(bytes, fixed + 8);
    if (fixed < 0 || end > bytes.length) break;
    const record = readRecord(bytes, at, fixed, end);
    if (record) records.push(record);
    at = end;
  }
  return records;
};

const endOfQuestions = (bytes: Uint8Array): number => {
  let at = HEADER_BYTES;
  for (let index = 0; index < u16(bytes, 4); index++) {
    const end = endOfName(bytes, at);
    if (end < 0 || end + 4 > bytes.length) return -1;
    at = end + 4;
  }
  return at;
};

const readRecord = (bytes: Uint8Array, start: number, fixed: number, end: number): RecordBytes | null => {
  const owner = expandedName(bytes, start);
  const type = u16(bytes, fixed);
  if (owner === null || u16(bytes, fixed + 2) !== CLASS_IN) return null;
  const data = dataOf(bytes, type, fixed + 10, end);
  return data && { owner, type, ttl: ((u16(bytes, fixed + 4) & 0x7fff) << 16) | u16(bytes, fixed + 6), data };
};

const dataOf = (bytes: Uint8Array, type: number, start: number, end: number): Uint8Array | null => {
  if (type === Type.CNAME) return expandedName(bytes, start);
  const isAddress = (type === Type.A && end - start === 4) || (type === Type.AAAA && end - start === 16);
  return isAddress ? bytes.slice(start, end) : null;
};
