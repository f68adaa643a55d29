/** Stands for a dot inside a label, so that no label can pass for two: no octet of a message becomes this letter. */
export const DOT_IN_LABEL = '\uff0e';

const MAX_NAME = 255;
const MAX_LABEL = 63;
const POINTER = 0xc0;

/** By octet: its letter in lower case. */
const LETTERS: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (octet === 0x2e) return DOT_IN_LABEL;
  return String.fromCharCode(octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet);
});

/** Where the plain name (without pointers) at `start` ends, behind its root label; -1 when it is none. */
export const endOfPlainName = (bytes: Uint8Array, start: number): number => {
  for (let at = start; at < bytes.length; ) {
    const length = bytes[at] as number;
    at += 1 + length;
    if (length > MAX_LABEL || at - start > MAX_NAME) return -1;
    if (length === 0) return at;
  }
  return -1;
};

/** The name at `start`, whose end is known to be inside the message. Lower case, without a dot at the end. */
export const plainName = (bytes: Uint8Array, start: number): string => {
  let name = '';
  for (let at = start; ; ) {
    const length = bytes[at] as number;
    if (length === 0) return name;
    if (name !== '') name += '.';
    for (const end = at + length; at < end; ) name += LETTERS[bytes[++at] as number];
    at++;
  }
};

/** Where the name at `start`, which may end in a pointer, ends; -1 when it leaves the message. What the pointer leads to isn't read. */
export const endOfName = (bytes: Uint8Array, start: number): number => {
  for (let at = start; at < bytes.length; ) {
    const length = bytes[at] as number;
    if (length >= POINTER) return at + 2 <= bytes.length ? at + 2 : -1;
    if (length > MAX_LABEL) return -1;
    at += 1 + length;
    if (length === 0) return at;
  }
  return -1;
};

/** The name at `start` without pointers, as bytes; null when it is malformed. Pointers must lead backwards, so it always ends. */
export const expandedName = (bytes: Uint8Array, start: number): Uint8Array | null => {
  const out: number[] = [];
  let floor = start;
  for (let at = start; at < bytes.length; ) {
    const length = bytes[at] as number;
    if (length >= POINTER) {
      const target = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0xff);
      if (target >= floor) return null;
      floor = target;
      at = target;
      continue;
    }
    if (length > MAX_LABEL || at + 1 + length > bytes.length || out.length + 1 + length > MAX_NAME) return null;
    for (let index = at; index <= at + length; index++) out.push(bytes[index] as number);
    at += 1 + length;
    if (length === 0) return Uint8Array.from(out);
  }
  return null;
};

/** Letters, digits, hyphens and underscores in labels of at most 63, 253 in all. */
export const isHostName = (name: string): boolean =>
  name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));

/** A host name as bytes. */
export const nameBytes = (name: string): Uint8Array =>
  Uint8Array.from([...name.split('.').flatMap((label) => [label.length, ...Array.from(label, (letter) => letter.charCodeAt(0))]), 0]);
