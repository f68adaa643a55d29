import { expect, it } from 'vitest';
import { causeLines } from './report.ts';

const cause = {
  kind: 'container',
  message: 'it ended',
  fix: 'read its lines',
  container: 'c-1' as never,
  exitCode: 7,
  output: null,
} as const;
const output = { sha256: 'a'.repeat(64), lines: 2, bytes: 4, expires: 0 };

it('shows cause, exit code, fix and last lines', () => {
  expect(causeLines({ ...cause, output }, 'one\ntwo\n')).toEqual([
    '  cause: it ended',
    '  exit code: 7',
    '  fix: read its lines',
    '  last 2 lines of c-1:',
    '  | one',
    '  | two',
  ]);
});

it('says when the last lines are gone', () => {
  expect(causeLines({ ...cause, output }, null).at(-1)).toBe(`  its last 2 lines can't be fetched any more`);
});

it('leaves out what is not known', () => {
  expect(causeLines({ ...cause, exitCode: null, fix: null }, null)).toEqual(['  cause: it ended']);
});
