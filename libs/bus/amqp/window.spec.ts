import { expect, it } from 'vitest';
import { Window } from './window.ts';

/** Notes what is written; the test says when it is confirmed. */
const stage = (size: number) => {
  const window = new Window<number>(size);
  const written: number[] = [];
  const confirms = new Map<number, (cause: unknown) => void>();
  const write = (item: number, confirmed: (cause: unknown) => void): void => {
    written.push(item);
    confirms.set(item, confirmed);
  };
  return {
    written,
    push: (...items: readonly number[]) => window.push({ items, write }),
    confirm: (item: number, cause: unknown = null) => confirms.get(item)?.(cause),
  };
};

it('writes no more than may be unconfirmed, and the next as soon as one is', () => {
  const { written, push, confirm } = stage(2);
  void push(1, 2, 3);
  void push(4);
  expect(written).toEqual([1, 2]);
  confirm(2);
  expect(written).toEqual([1, 2, 3]);
  confirm(1);
  expect(written).toEqual([1, 2, 3, 4]);
});

it('resolves when all that it was given are confirmed, in whatever order', async () => {
  const { push, confirm } = stage(3);
  const ends: string[] = [];
  const pushed = push(1, 2).then(() => ends.push('pushed'));
  confirm(2);
  await Promise.resolve();
  expect(ends).toEqual([]);
  confirm(1);
  await pushed;
  expect(ends).toEqual(['pushed']);
});

it('writes nothing after what failed, and goes on with what was given next', async () => {
  const { written, push, confirm } = stage(1);
  const failed = push(1, 2, 3).catch((cause: unknown) => cause);
  const next = push(4);
  confirm(1, 'gone');
  confirm(4);
  expect(await failed).toBe('gone');
  await next;
  expect(written).toEqual([1, 4]);
});

it('has nothing to wait for when there is nothing to write', async () => {
  await stage(1).push();
});

it('fails with what the channel says when it takes nothing', async () => {
  const window = new Window<number>(1);
  const write = (): void => {
    throw new Error('closed');
  };
  await expect(window.push({ items: [1, 2], write })).rejects.toThrow('closed');
});
