import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Rejected } from '#libs/contracts';

/** Makes the folder that holds everything; only its owner may look inside. The user of a database in it may pass through. */
export const prepareHome = (home: string): void => {
  for (const folder of ['', 'run', 'agent', 'names', 'nginx']) mkdirSync(join(home, folder), { recursive: true });
  chmodSync(home, 0o711);
  for (const folder of ['run', 'agent', 'names']) chmodSync(join(home, folder), 0o700);
};

/**
 * One Berth, or one agent, for one home: the lock is a socket that its owner answers on, so that it is free as soon as the owner is gone, however it went.
 * Throws `Rejected` when another process answers.
 */
export const lockHome = async (home: string): Promise<{ close(): Promise<void> }> => {
  const path = join(home, 'run', 'berth.lock');
  if (await isAnswered(path)) throw new Rejected(`start: another Berth runs in ${home}; stop it first or set BERTH_HOME`);
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
