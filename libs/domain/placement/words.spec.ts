import { describe, expect, it } from 'vitest';
import { bytesText, cpusText, nearest } from './words.ts';

describe('nearest', () => {
  it('finds the word with a letter too many, too few or swapped', () => {
    expect(nearest('gpuu', ['ssd', 'gpu'])).toBe('gpu');
    expect(nearest('ss', ['ssd', 'gpu'])).toBe('ssd');
    expect(nearest('fronted', ['backend', 'frontend'])).toBe('frontend');
  });

  it('stays silent when nothing is near', () => {
    expect(nearest('gpu', ['europe', 'ssd'])).toBeNull();
  });
});

describe('sizes', () => {
  it('never round up what is free', () => {
    expect(bytesText(1.99 * 2 ** 30)).toBe('1.9 GiB');
    expect(bytesText(600 * 2 ** 20)).toBe('600 MiB');
    expect(bytesText(-5)).toBe('0 bytes');
    expect(cpusText(1500)).toBe('1.5 CPUs');
  });
});
