import { expect, it } from 'vitest';
import { wireEvent } from '../testing/wire.ts';
import { Layout, plainLine, rowOf } from './layout.ts';

const screen = (width: number): Layout => new Layout({ width, paint: (_style, text) => text, timeZone: 'UTC' });
const failed = () =>
  wireEvent(7, 'DeployFailed', {
    step: 'start',
    cause: { message: 'the container shop-web-1-abcdefgh-1 ended with exit code 7' } as never,
  });

it('says the day once, then each event in a line', () => {
  const layout = screen(120);
  expect([...layout.linesOf(wireEvent(2, 'VersionCreated', {})), ...layout.linesOf(wireEvent(9, 'VersionPromoted', {}))]).toEqual([
    'Saturday, 21 November 2026',
    '10:00:02  VersionCreated         shop          version 2 by deployment abcdefghijklmnop (by deployer, 2)',
    '10:00:09  VersionPromoted        shop          version 2 (by deployer, 9)',
  ]);
});

it('goes on below the beginning of a summary that is too long', () => {
  expect(screen(92).linesOf(failed()).slice(1)).toEqual([
    '10:00:07  DeployFailed           shop          version 2 at start: the container',
    '                                               shop-web-1-abcdefgh-1 ended with exit code 7',
    '                                               (by deployer, 7)',
  ]);
});

it('puts the summary below on a narrow screen, and no line is wider', () => {
  const lines = screen(50).linesOf(failed());
  expect(lines.slice(1, 3)).toEqual(['10:00:07  DeployFailed           shop', '    version 2 at start: the container']);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(50);
});

it('is one line of plain text where nobody looks', () => {
  expect(plainLine(rowOf(wireEvent(9, 'VersionPromoted', {})))).toBe(
    '9         2026-11-21T10:00:09.000Z  VersionPromoted        shop              deployer          version 2',
  );
});
