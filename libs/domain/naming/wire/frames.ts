import { u16 } from './codes.ts';

/** Cuts a TCP stream into messages (RFC 1035 4.2.2), however it was chopped. Holds at most one unfinished message. */
export class Frames {
  #rest: Uint8Array = new Uint8Array(0);

  /** The messages that are whole now. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at + 2 <= bytes.length && at + 2 + u16(bytes, at) <= bytes.length) {
      const end = at + 2 + u16(bytes, at);
      messages.push(bytes.slice(at + 2, end));
      at = end;
    }
    this.#rest = bytes.slice(at);
    return messages;
  }
}

/** A message with its length before it. */
export const framed = (message: Uint8Array): Uint8Array => joined(Uint8Array.of(message.length >>> 8, message.length & 255), message);

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
};
