import { describe, expect, it } from 'vitest';
import type { Beats } from './beats.ts';

/** What every `Beats` keeps. */
export const beatsContract = (name: string, openEmpty: () => Promise<{ readonly one: Beats; readonly other: Beats }>): void => {
  describe(name, () => {
    it('has not heard of a service that never listened', async () => {
      const { one } = await openEmpty();
      expect((await one.heard('deployer')).last).toBeNull();
    });

    it('tells every replica when one of them listened, of each service apart', async () => {
      const { one, other } = await openEmpty();
      const { now: before } = await one.heard('deployer');
      expect(await one.beat('deployer')).toBeGreaterThanOrEqual(before);
      const { last, now } = await other.heard('deployer');
      expect(last).toBeGreaterThanOrEqual(before);
      expect(last).toBeLessThanOrEqual(now);
      expect((await other.heard('scheduler')).last).toBeNull();
    });
  });
};
