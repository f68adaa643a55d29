import { describe, expect, it } from 'vitest';
import { hashOf } from './hash.ts';

describe('hashOf', () => {
  it('is the same whatever the order of keys, at every depth', () => {
    expect(hashOf({ a: { x: 1, y: [2, 3] }, b: 2 })).toBe(hashOf({ b: 2, a: { y: [2, 3], x: 1 } }));
  });

  it('tells other values and other orders of a list apart', () => {
    expect(new Set([{ a: 1 }, { a: 2 }, { b: 1 }, { a: [1, 2] }, { a: [2, 1] }].map(hashOf)).size).toBe(5);
  });
});
