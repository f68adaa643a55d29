import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Ids } from '#libs/clock';
import { Rejected } from '#libs/contracts';

/**
 * The operator's token. Below `home` it is made on the first start, readable by the owner alone; replicas on one machine share it.
 * Elsewhere it is somebody else's to make.
 */
export const readToken = (file: string, home: string, ids: Ids): string => {
  if (!existsSync(file)) {
    if (relative(home, file).startsWith('..'))
      throw new Rejected(`read token ${file}: it is not there; write a token of at least 16 characters into it`);
    createToken(file, ids);
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 16) throw new Rejected(`read token ${file}: it has fewer than 16 characters; delete the file and start again`);
  return token;
};

/** Whole or not at all: of two replicas that make it at once, both read what the first one made. */
const createToken = (file: string, ids: Ids): void => {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${ids.run()}`;
  try {
    writeFileSync(draft, `berth_${Buffer.from(ids.bytes(24)).toString('base64url')}\n`, { mode: 0o600 });
    linkSync(draft, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw new Error(`write token ${file}`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
};
