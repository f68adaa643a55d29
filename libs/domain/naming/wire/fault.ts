import { HEADER_BYTES, putU16 } from './codes.ts';
import type { Query } from './query.ts';
import { UDP_MOST, writeReply } from './reply.ts';

/** A refusal: with the question where it could be read, else a header alone. */
export const writeFault = (request: Uint8Array, rcode: number, query: Query | null): Uint8Array => {
  if (query !== null) return writeReply(request, query, { rcode, isAuthoritative: false, answers: [], authority: [] }, UDP_MOST);
  const out = new Uint8Array(HEADER_BYTES);
  out.set(request.subarray(0, 4));
  // The opcode and RD as they came.
  out[2] = 0x80 | ((request[2] as number) & 0x79);
  out[3] = 0x80 | ((request[3] as number) & 0x10) | (rcode & 0x0f);
  putU16(out, 4, 0);
  return out;
};
