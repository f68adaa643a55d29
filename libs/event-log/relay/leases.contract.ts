import { describe, expect, it } from 'vitest';
import type { Leases } from './leases.ts';

export interface LeasesStage {
  readonly leases: Leases;
  /** Lets time pass for the leases. */
  pass(ms: number): Promise<void>;
}

/** What every `Leases` promises. Each claim uses a name of its own. */
export const leasesContract = (stage: () => LeasesStage): void => {
  describe('Leases', () => {
    it('gives a lease to one, and prolongs it for that one alone', async () => {
      const { leases } = stage();
      expect(await leases.hold('one', 'a', 1000)).toBe(1);
      expect(await leases.hold('one', 'b', 1000)).toBeNull();
      expect(await leases.hold('one', 'a', 1000)).toBe(1);
    });

    it('knows leases by their names', async () => {
      const { leases } = stage();
      await leases.hold('mine', 'a', 1000);
      expect(await leases.hold('yours', 'b', 1000)).toBe(1);
    });

    it('is free for another when it lapsed, with a higher fence', async () => {
      const { leases, pass } = stage();
      await leases.hold('late', 'a', 60_000);
      await pass(30_000);
      expect(await leases.hold('late', 'b', 60_000)).toBeNull();
      await pass(30_000);
      expect(await leases.hold('late', 'b', 60_000)).toBe(2);
      expect(await leases.hold('late', 'a', 1000)).toBeNull();
    });

    it('names those that somebody has now', async () => {
      const { leases, pass } = stage();
      await leases.hold('member/a/2', '2', 60_000);
      await leases.hold('member/a/1', '1', 90_000);
      await leases.hold('member/ab/1', '1', 90_000);
      await leases.hold('member/a/3', '3', 90_000);
      await leases.release('member/a/3', '3');
      expect(await leases.held('member/a/')).toEqual(['member/a/1', 'member/a/2']);
      await pass(60_000);
      expect(await leases.held('member/a/')).toEqual(['member/a/1']);
    });

    it('forgets those that nobody has', async () => {
      const { leases, pass } = stage();
      await leases.hold('gone/1', 'a', 1000);
      await leases.hold('gone/2', 'a', 60_000);
      await leases.hold('stays/1', 'a', 1000);
      await pass(1000);
      await leases.forget('gone/');
      expect([await leases.hold('gone/1', 'b', 1000), await leases.hold('gone/2', 'b', 1000)]).toEqual([1, null]);
      expect(await leases.hold('stays/1', 'b', 1000)).toBe(2);
    });

    it('is free at once when it was released by its owner', async () => {
      const { leases } = stage();
      await leases.hold('free', 'a', 60_000);
      await leases.release('free', 'b');
      expect(await leases.hold('free', 'b', 1000)).toBeNull();
      await leases.release('free', 'a');
      expect(await leases.hold('free', 'b', 1000)).toBe(2);
    });
  });
};
