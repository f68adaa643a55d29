import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemIds } from '#libs/clock';
import { readToken } from './token.ts';

describe('readToken', () => {
  const ids = new SystemIds();
  let home = '';
  beforeEach(() => {
    home = mkdtempSync('/tmp/berth-token-');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('makes a token below the home once, for its owner alone', () => {
    const file = join(home, 'keys/token');
    const token = readToken(file, home, ids);
    expect(readToken(file, home, ids)).toBe(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses to make one elsewhere', () => {
    expect(() => readToken(join(home, 'token'), join(home, 'inner'), ids)).toThrow('it is not there');
  });

  it('refuses one that is too short', () => {
    writeFileSync(join(home, 'token'), 'short\n');
    expect(() => readToken(join(home, 'token'), home, ids)).toThrow('fewer than 16 characters');
  });
});
