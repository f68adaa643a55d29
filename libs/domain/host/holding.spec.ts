import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { holdingOf } from './holding.ts';

const part = (stack: string, position: number, containers?: readonly unknown[]) => ({
  stack: stack as StackName,
  generation: { incarnation: 1, position },
  ...(containers ? { containers } : {}),
});

describe('holdingOf', () => {
  it('is the same in whatever order parts are held', () => {
    expect(holdingOf([part('a', 1), part('b', 2)])).toBe(holdingOf([part('b', 2), part('a', 1)]));
  });

  it('differs when a part is missing, or of another generation', () => {
    const [whole, short, older] = [[part('a', 1), part('b', 2)], [part('a', 1)], [part('a', 1), part('b', 1)]].map(holdingOf);
    expect(new Set([whole, short, older]).size).toBe(3);
  });

  it('passes by a part of which no container is left', () => {
    expect(holdingOf([part('a', 1, ['c']), part('b', 2, [])])).toBe(holdingOf([part('a', 1, ['c'])]));
  });
});
