import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { emptyHeld, type Held, takeNews } from './held.ts';

interface Part {
  readonly stack: StackName;
  readonly text: string;
}
const part = (stack: string, text = ''): Part => ({ stack: stack as StackName, text });
const at = (position: number, incarnation = 1) => ({ incarnation, position });
const held: Held<Part> = takeNews<Part>(emptyHeld, { asOf: at(5), full: true, parts: [part('b'), part('a')] });
const texts = ({ parts }: Held<Part>) => parts.map(({ stack, text }) => `${stack}${text}`);

describe('takeNews', () => {
  it('replaces the parts that are named, and with full news all of them', () => {
    expect(texts(takeNews(held, { asOf: at(6), full: false, parts: [part('b', '!')] }))).toEqual(['a', 'b!']);
    expect(texts(takeNews(held, { asOf: at(6), full: true, parts: [part('b', '!')] }))).toEqual(['b!']);
  });

  it('drops news of an older log, and takes those of a newer incarnation', () => {
    expect(takeNews(held, { asOf: at(4), full: true, parts: [] })).toBe(held);
    expect(texts(takeNews(held, { asOf: at(1, 2), full: true, parts: [] }))).toEqual([]);
  });
});
