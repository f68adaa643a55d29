import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';

const values: Readonly<Record<string, string>> = { A: 'a', EMPTY: '' };
const read = (text: string) => interpolate(text, (name) => values[name]);

describe('interpolate', () => {
  it.each([
    [`$A-\${A}`, 'a-a'],
    ['$$A $$', '$A $'],
    [`\${NO:-x}`, 'x'],
    [`\${NO-x}`, 'x'],
    [`\${EMPTY:-x}`, 'x'],
    [`\${EMPTY-x}`, ''],
    [`\${A:-x}`, 'a'],
    [`\${A:+x}\${NO:+y}`, 'x'],
    [`\${EMPTY+x}`, 'x'],
    [`\${NO:-\${A}}b`, 'ab'],
    [`\${NO:-\${NEITHER:-x}}`, 'x'],
    [`\${A:?why}`, 'a'],
    ['}{', '}{'],
    [`\${NO:-}`, ''],
  ])('reads %s', (text, result) => {
    expect(read(text)).toEqual({ text: result, unset: [], error: null });
  });

  it('tells of variables that are not set', () => {
    expect(read(`$NO \${NEITHER} \${A:-$QUIET}`)).toEqual({ text: '  a', unset: ['NO', 'NEITHER'], error: null });
  });

  it.each([
    [`\${NO:?say why}`, 'needs the variable NO: say why'],
    [`\${EMPTY:?say why}`, 'needs the variable EMPTY: say why'],
    [`\${A`, `has a \${A that is never closed`],
    [`\${A!x}`, `has a \${A that is never closed`],
    ['$1', 'has a $ that begins no variable'],
    [`\${}`, 'has a $ that begins no variable'],
  ])('refuses %s', (text, message) => {
    expect(read(text).error?.message).toBe(message);
  });

  it('leaves text alone in which every $ is doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(read(text.replaceAll('$', '$$$$')).text).toBe(text);
      }),
    );
  });
});
