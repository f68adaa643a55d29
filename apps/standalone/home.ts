import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Ids } from '#libs/clock';
import { Rejected } from '#libs/contracts';

/** Makes the folder that holds everything; only its owner may look inside. The database's user may pass through. */
export const prepareHome = (home: string): void => {
  for (const folder of ['', 'run', 'agent', 'names', 'nginx']) mkdirSync(join(home, folder), { recursive: true });
  chmodSync(home, 0o711);
  for (const folder of ['run', 'agent', 'names']) chmodSync(join(home, folder), 0o700);
};

/**
 * One Berth for one home: the lock is a socket that its owner answers on, so that it is free as soon as the owner is gone, however it went.
 * Throws `Rejected` when another process answers.
 */
export const lockHome = async (home: string): Promise<{ close(): Promise<void> }> => {
  const path = join(home, 'run', 'berth.lock');
  if (await isAnswered(path)) throw new Rejected(`start Berth: another Berth runs in ${home}; stop it first or set BERTH_HOME`);
  rmSync(path, { force: true });
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
};

const isAnswered = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** The operator's token; made on the first start, readable by the owner alone. */
export const readOrCreateToken = (file: string, ids: Ids): string => {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, `berth_${Buffer.from(ids.bytes(24)).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw new Error(`write token ${file}`, { cause });
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 16) throw new Rejected(`read token ${file}: it has fewer than 16 characters; delete the file and start again`);
  return token;
};
