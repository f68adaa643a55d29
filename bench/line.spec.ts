import { describe, expect, it } from 'vitest';
import { type Figure, lineOf } from './line.ts';

const rate: Figure = { id: 'rate', of: 'rate', unit: '1/s', better: 'higher', peer: 'other' };
const time: Figure = { id: 'time', of: 'time', unit: 'ms', better: 'lower', peer: 'other' };
const bound: Figure = { id: 'bound', of: 'failed', unit: 'requests', better: 'lower' };

describe('a figure', () => {
  it('is ahead above 1, whichever way is better', () => {
    expect(lineOf('log', rate, [20, 20], [10, 10], 1.5)).toMatchObject({ ratio: 2, ok: true });
    expect(lineOf('log', time, [20, 20], [10, 10], 0.6)).toMatchObject({ ratio: 0.5, ok: false });
  });

  it('compares within rounds, so that a drift of the machine meets both', () => {
    expect(lineOf('log', rate, [20, 2, 200], [10, 1, 100], null)).toMatchObject({ ratio: 2, spread: 0 });
  });

  it('is bound by its goal where it has no peer', () => {
    expect(lineOf('log', bound, [0, 0], null, 0)).toMatchObject({ ours: 0, ok: true, spread: 0 });
    expect(lineOf('log', bound, [0, 1, 1], null, 0)).toMatchObject({ ours: 1, ok: false });
  });

  it('says when its rounds differ too much to be quoted', () => {
    expect(lineOf('log', rate, [10, 20, 30], [10, 10, 10], null).noisy).toBe(true);
    expect(lineOf('log', rate, [10, 11, 10], [10, 10, 10], null).noisy).toBeUndefined();
  });
});
