import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Manifest } from '#libs/contracts';
import { faultText, type ReadManifest, readManifest } from '#libs/manifest/yaml';
import type { Context } from '../context.ts';
import { EXIT, Exit } from '../exit.ts';

export interface ManifestFile extends ReadManifest {
  readonly manifest: Manifest;
  readonly file: string;
  readonly folder: string;
}

/** Compose's own order. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Reads the manifest and the `.env` beside it. Says its warnings; its errors end the command. */
export const readManifestFile = async ({ cwd, env, terminal }: Context, named: string | undefined): Promise<ManifestFile> => {
  const { path, text } = await find(cwd, named);
  const folder = dirname(path);
  const dotEnv = (await read(join(folder, '.env'))) ?? '';
  const file = relative(cwd, path) || path;
  const manifest = readManifest(text, { file, env, dotEnv });
  for (const warning of manifest.warnings) terminal.note(`${terminal.paint('yellow', 'warning', 'err')} ${faultText(warning)}`);
  if (manifest.manifest === null) throw new Exit(EXIT.usage, manifest.errors.map(faultText).join('\n'));
  return { ...manifest, manifest: manifest.manifest, file, folder };
};

const find = async (cwd: string, named: string | undefined): Promise<{ path: string; text: string }> => {
  for (const name of named === undefined ? NAMES : [named]) {
    const path = resolve(cwd, name);
    const text = await read(path);
    if (text !== undefined) return { path, text };
  }
  throw new Exit(
    EXIT.usage,
    named === undefined ? `find manifest: no ${NAMES[0]} is in ${cwd}; name one with --file` : `find manifest: no file is at ${named}`,
  );
};

const read = async (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new Exit(EXIT.usage, `read ${path}: ${cause.code}`, { cause });
  });
