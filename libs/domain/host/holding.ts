import type { Generation, StackName } from '#libs/contracts';

interface Part {
  readonly stack: StackName;
  readonly generation: Generation;
  readonly containers?: readonly unknown[];
}

/**
 * What a host has of one kind, in a few letters: who would answer with the very same need not. A part without containers is as good as none.
 */
export const holdingOf = (parts: Iterable<Part>): string => {
  const held = [...parts].filter(({ containers }) => containers?.length !== 0);
  const words = held.map(({ stack, generation: { incarnation, position } }) => `${stack} ${incarnation} ${position}`).sort();
  return `${words.length}:${sumOf(words.join('\n')).toString(36)}`;
};

/** Of 53 bits, so that two that differ look alike once in thousands of years; the next change tells them apart. */
const sumOf = (text: string): number => {
  let [low, high] = [0xdeadbeef, 0x41c6ce57];
  for (let nth = 0; nth < text.length; nth++) {
    const letter = text.charCodeAt(nth);
    low = Math.imul(low ^ letter, 0x9e3779b1);
    high = Math.imul(high ^ letter, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
};
