import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run, unprivilegedAccount } from './account.ts';
import { packageRoot, preparePrograms } from './binaries.ts';
import { type Place, preparePlace } from './place.ts';

let dir: string;
let place: Place;
beforeEach(() => {
  dir = mkdtempSync('/tmp/berth-bin-');
  chmodSync(dir, 0o755);
  place = preparePlace(unprivilegedAccount(), join(dir, 'home'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const version = (programs: string): string => run([...place.prefix, join(programs, 'postgres'), '--version']);

it('finds programs that the account can run', () => {
  expect(version(preparePrograms(place))).toMatch(/^postgres \(PostgreSQL\) 18/);
});

it('finds them also when the package lies in a closed folder, and again the next time', () => {
  const closed = join(dir, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  cpSync(packageRoot(), join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
  const programs = preparePrograms(place, join(closed, 'package'));
  expect(version(programs)).toMatch(/18/);
  expect(preparePrograms(place, join(closed, 'package'))).toBe(programs);
});
