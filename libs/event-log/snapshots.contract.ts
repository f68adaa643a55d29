import { describe, expect, it } from 'vitest';
import { BEGUN_MS, type NewSnapshot, SNAPSHOTS_KEPT, type Snapshot, type Snapshots } from './snapshots.ts';

export interface SnapshotsStage {
  readonly snapshots: Snapshots;
  /** Lets time pass for what was begun. */
  pass(ms: number): Promise<void>;
}

/** What every `Snapshots` keeps. */
export const snapshotsContract = (name: string, stage: () => SnapshotsStage): void => {
  describe(name, () => {
    const at = (position: number, more: Partial<NewSnapshot> = {}): NewSnapshot => ({
      ...{ incarnation: 1, position, hash: position.toString(16).padStart(64, '0'), slot: position, ...more },
    });
    const partsOf = (text: string): Uint8Array[] => [...text].map((letter) => new TextEncoder().encode(letter));
    const textOf = async (snapshot: Snapshot): Promise<string> => {
      let text = '';
      for await (const part of stage().snapshots.read(snapshot)) text += new TextDecoder().decode(part);
      return text;
    };
    const positions = async (of: string): Promise<readonly number[]> => (await stage().snapshots.list(of)).map(({ position }) => position);
    const cutOff = function* (): Generator<Uint8Array> {
      yield new Uint8Array([1]);
      throw new Error('the process died');
    };

    it('gives back what it was given, however many parts, and where it was taken', async () => {
      const { snapshots } = stage();
      const text = 'a world of many letters, more than one page of them';
      expect(await snapshots.save('whole', at(7), partsOf(text))).toBe(true);
      const [found] = await snapshots.list('whole');
      const { slot: _, ...place } = at(7);
      expect(found).toMatchObject(place);
      expect(await textOf(found as Snapshot)).toBe(text);
    });

    it('keeps the newest few of each name', async () => {
      const { snapshots } = stage();
      await snapshots.save('other', at(1), partsOf('o'));
      for (const position of [3, 1, 4, 2, 5]) await snapshots.save('few', at(position), partsOf(`${position}`));
      expect(await positions('few')).toEqual([5, 4].slice(0, SNAPSHOTS_KEPT));
      expect(await positions('other')).toEqual([1]);
    });

    it('takes one of a slot, and asks no second one for its parts', async () => {
      const { snapshots } = stage();
      expect(await snapshots.save('slot', at(10, { slot: 1 }), partsOf('a'))).toBe(true);
      expect(await snapshots.save('slot', at(11, { slot: 1 }), cutOff())).toBe(false);
      expect(await positions('slot')).toEqual([10]);
    });

    it('shows none that was not ended, and gives its slot away when it took too long', async () => {
      const { snapshots, pass } = stage();
      await expect(snapshots.save('dead', at(10, { slot: 1 }), cutOff())).rejects.toThrow('the process died');
      expect(await positions('dead')).toEqual([]);
      expect(await snapshots.save('dead', at(11, { slot: 1 }), partsOf('b'))).toBe(false);
      await pass(BEGUN_MS);
      expect(await snapshots.save('dead', at(12, { slot: 1 }), partsOf('b'))).toBe(true);
      expect(await positions('dead')).toEqual([12]);
    });

    it('prefers a later incarnation, in its slot too', async () => {
      const { snapshots } = stage();
      await snapshots.save('lost', at(10, { slot: 1 }), partsOf('lost'));
      expect(await snapshots.save('lost', at(9, { slot: 1, incarnation: 2 }), partsOf('found'))).toBe(true);
      const [found] = await snapshots.list('lost');
      expect(await textOf(found as Snapshot)).toBe('found');
    });

    it('says of one that is gone that it is', async () => {
      const { slot: _, ...place } = at(1);
      await expect(textOf({ ...place, id: 999_999 })).rejects.toThrow('read the snapshot of position 1: it is gone');
    });
  });
};
