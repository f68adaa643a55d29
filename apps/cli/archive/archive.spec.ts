import { expect, it } from 'vitest';
import { rangeLines, verdictLines } from './archive.ts';

const range = {
  ...{ first: 1, last: 10_000, firstAt: 0, lastAt: 86_400_000, file: 'events-1.jsonl.zst', bytes: 1_300_000, isCut: true },
  ...{ sha256: 'aa', previous: '00', hash: 'ff' },
};

it('lists ranges with their times, and whether the table has them too', () => {
  expect(rangeLines([range, { ...range, first: 10_001, last: 10_007, bytes: 900, isCut: false, file: 'events-2.jsonl.zst' }])).toEqual([
    'POSITIONS    FROM               TO                 SIZE     IN THE TABLE  FILE',
    '1–10000      1970-01-01 00:00Z  1970-01-02 00:00Z  1.2 MiB  no            events-1.jsonl.zst',
    '10001–10007  1970-01-01 00:00Z  1970-01-02 00:00Z  900 B    yes           events-2.jsonl.zst',
  ]);
});

it('says of each file what is wrong with it', () => {
  expect(verdictLines({ status: 'intact', files: 3, findings: [] })).toEqual(['The 3 files of the archive are as they were written.']);
  const findings = [{ file: 'events-2.jsonl.zst', fault: 'it is cut off' }];
  expect(verdictLines({ status: 'broken', files: 3, findings })).toEqual(['events-2.jsonl.zst: it is cut off.', '3 files were read.']);
});
