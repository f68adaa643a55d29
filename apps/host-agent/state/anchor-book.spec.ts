import { expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { type Anchor, instantOfText } from '#libs/contracts';
import { Disk } from '../ports.ts';
import { AnchorBook } from './anchor-book.ts';

class MemoryDisk extends Disk {
  text: string | null = null;
  writes = 0;

  async read(): Promise<string | null> {
    return this.text;
  }

  async write(_path: string, text: string): Promise<void> {
    this.text = text;
    this.writes++;
  }
}

const anchor = (position: number): Anchor => ({ incarnation: 1, position, hash: String(position).padStart(64, '0') });
const open = async (disk: MemoryDisk, clock = new ManualClock(instantOfText('2026-11-21T14:00:00Z'))) => {
  const book = new AnchorBook({ disk, path: '/anchors', clock });
  await book.load();
  return { book, clock };
};

it('the first head of an hour is on disk as a line that an audit takes, later ones are in memory', async () => {
  const disk = new MemoryDisk();
  const { book, clock } = await open(disk);
  for (const position of [1, 2, 3]) await book.hear(anchor(position));
  expect([disk.writes, book.newest?.position]).toEqual([1, 3]);
  clock.advance(3_600_000);
  await book.hear(anchor(4));
  expect(disk.text?.split('\n')).toEqual([
    `2026-11-21T14:00:00.000Z 1.1:${anchor(1).hash}`,
    `2026-11-21T15:00:00.000Z 1.4:${anchor(4).hash}`,
    '',
  ]);
  await book.hear(anchor(5));
  expect(book.told).toEqual([anchor(1), anchor(4), anchor(5)]);
});

it('a restart knows what was written, without a line that somebody spoiled', async () => {
  const disk = new MemoryDisk();
  const { book, clock } = await open(disk);
  await book.hear(anchor(1));
  clock.advance(3_600_000);
  await book.hear(anchor(2));
  disk.text = `what is this\n${disk.text}`;
  const { book: again } = await open(disk);
  expect(again.told).toEqual([anchor(1), anchor(2)]);
  expect(again.newest).toEqual(anchor(2));
});
