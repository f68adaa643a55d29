import { beforeEach, describe, expect, it } from 'vitest';
import { CountingIds, type Ids } from '#libs/clock';
import { Rejected } from '#libs/contracts';
import { openText } from '#libs/seals';
import type { Seals } from './seals.ts';

/** What every `Seals` keeps. `open` gives one with no keys that a test has used before. */
export const sealsContract = (name: string, open: (ids: Ids) => Promise<Seals>): void => {
  describe(name, () => {
    const ids = new CountingIds();
    let seals: Seals;
    beforeEach(async () => {
      seals = await open(ids);
    });

    it('seals values that its keys open', async () => {
      const sealed = await seals.seal('shop/1', { PASSWORD: 'hunter2', EMPTY: '' });
      const keys = await seals.keys(['shop/1']);
      expect(Object.entries(sealed).map(([at, value]) => [at, openText(keys, value)])).toEqual([
        ['PASSWORD', 'hunter2'],
        ['EMPTY', ''],
      ]);
    });

    it('seals under one key per id, each value with a nonce of its own', async () => {
      const first = await seals.seal('shop/1', { A: 'same', B: 'same' });
      const again = await seals.seal('shop/1', { A: 'same' });
      expect(new Set([first.A, first.B, again.A]).size).toBe(3);
      const keys = await seals.keys(['shop/1']);
      expect(openText(keys, again.A ?? '')).toBe('same');
      expect(openText(keys, first.B ?? '')).toBe('same');
    });

    it('makes one key when two seal at once', async () => {
      const both = await Promise.all([seals.seal('shop/1', { A: 'x' }), seals.seal('shop/1', { A: 'y' })]);
      const keys = await seals.keys(['shop/1']);
      expect(both.map(({ A = '' }) => openText(keys, A))).toEqual(['x', 'y']);
    });

    it('gives only the keys that it is asked for and has', async () => {
      await seals.seal('shop/1', {});
      await seals.seal('shop/2', {});
      expect(Object.keys(await seals.keys(['shop/2', 'shop/3']))).toEqual(['shop/2']);
      expect(await seals.keys([])).toEqual({});
    });

    it('makes what was sealed unreadable by dropping the key', async () => {
      const { A = '' } = await seals.seal('shop/1', { A: 'x' });
      await seals.drop('shop/1');
      expect(await seals.keys(['shop/1'])).toEqual({});
      await seals.seal('shop/1', { A: 'new' });
      const keys = await seals.keys(['shop/1']);
      expect(() => openText(keys, A)).toThrow(Rejected);
    });

    it('refuses an id that what is sealed could not name', async () => {
      await expect(seals.seal('a:b', {})).rejects.toThrow(Rejected);
      await expect(seals.seal('', {})).rejects.toThrow(Rejected);
    });
  });
};
