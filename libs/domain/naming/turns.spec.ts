import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('Turns', () => {
  it('counts each key by itself, from zero', () => {
    const turns = new Turns();
    expect([turns.take('a'), turns.take('a'), turns.take('b'), turns.take('a')]).toEqual([0, 1, 0, 2]);
  });

  it('stays small whatever is asked', () => {
    const turns = new Turns();
    for (let key = 0; key < 10_000; key++) turns.take(`${key}`);
    expect(turns.take('0')).toBe(1);
    turns.take('one too many');
    expect(turns.take('0')).toBe(0);
  });
});
