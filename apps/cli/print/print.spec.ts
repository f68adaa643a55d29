import { describe, expect, it } from 'vitest';
import { tableLines } from './table.ts';
import { Terminal } from './terminal.ts';
import { ageText, secondsText } from './times.ts';

describe('a table', () => {
  it('has columns as wide as they need to be, and no blanks at the end', () => {
    expect(
      tableLines(
        ['NAME', 'WHY'],
        [
          ['a', 'because'],
          ['longer', ''],
        ],
      ),
    ).toEqual(['NAME    WHY', 'a       because', 'longer']);
  });
});

describe('ageText', () => {
  it.each([
    [-5, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [3_599_000, '59m'],
    [7_260_000, '2h1m'],
    [176_400_000, '2d1h'],
  ])('of %d ms is %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });
});

describe('secondsText', () => {
  it.each([
    [1234, '1.2s'],
    [-1, '0.0s'],
  ])('of %d ms is %s', (ms, text) => {
    expect(secondsText(ms)).toBe(text);
  });
});

describe('a terminal', () => {
  const outlet = (isTTY: boolean) => ({ isTTY, write: () => true });

  it.each([
    [true, false, '\u001b[31mx\u001b[39m'],
    [false, false, 'x'],
    [true, true, 'x'],
  ])('with TTY %s and NO_COLOR %s paints %j', (isTTY, noColour, painted) => {
    expect(new Terminal({ out: outlet(isTTY), err: outlet(false), noColour }).paint('red', 'x', 'out')).toBe(painted);
  });
});
