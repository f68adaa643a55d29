import { expect, it } from 'vitest';
import { Rejected, Transient } from '#libs/contracts';
import { newsOf } from './news.ts';

it('says what the engine has against a container', () => {
  expect(newsOf(new Rejected('start container web-1: no such file: /bin/web'))).toBe('start container web-1: no such file: /bin/web');
});

it('says nothing of a container where the engine hung up in the middle of the call', () => {
  expect(newsOf(new Transient('start container web-1: socket hang up'))).toBe('');
});
