import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, canRun } from './account.ts';

/** `sun_path` of Linux holds 108 bytes with the final zero; the server adds `/.s.PGSQL.5432`. */
const LONGEST_SOCKET_DIR = 107 - '/.s.PGSQL.5432.lock'.length;

/** Where the server lives: `home` as we see it, `seen` as the server sees it. */
export interface Place {
  readonly home: string;
  readonly seen: string;
  readonly sockets: string;
  /** Put before a command so that it runs as the account and sees `seen`. */
  readonly prefix: readonly string[];
}

/**
 * Where `home` lies below a folder that is closed to the account (`/root`, or a home of mode 0700), the server gets it bound to a
 * short open path in a mount namespace of its own, so that no folder has to be opened.
 */
export const preparePlace = (account: Account, home: string): Place => {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const isReachable = canRun([...account.prefix, 'test', '-x', home]);
  const sockets = join(home, 'run');
  if (isReachable && Buffer.byteLength(sockets) <= LONGEST_SOCKET_DIR) {
    makePrivate(sockets, account);
    return { home, seen: home, sockets, prefix: account.prefix };
  }
  const stage = prepareStage(home);
  makePrivate(join(stage, 'run'), account);
  if (isReachable) return { home, seen: home, sockets: join(stage, 'run'), prefix: account.prefix };
  const seen = join(stage, 'home');
  mkdirSync(seen, { recursive: true, mode: 0o755 });
  chmodSync(home, 0o711);
  return { home, seen, sockets: join(stage, 'run'), prefix: [...bound(home, seen), ...account.prefix] };
};

/** Takes away what was made outside `home`. */
export const clearPlace = ({ home, sockets }: Place): void => {
  const stage = stageOf(home);
  if (!sockets.startsWith(stage)) return;
  // Not recursively: should the data still be bound below, nothing of them may be removed.
  for (const dir of [join(stage, 'run'), join(stage, 'home'), stage]) if (existsSync(dir)) rmdirSync(dir);
};

/** Only the account (and root) may enter. */
export const makePrivate = (dir: string, { uid, gid }: Account): void => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chownSync(dir, uid, gid);
  chmodSync(dir, 0o700);
};

const bound = (home: string, seen: string): readonly string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --bind "$0" "$1" && shift && exec "$@"',
  home,
  seen,
];

const stageOf = (home: string): string => `/tmp/berth-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;

/** `/tmp` is everybody's: a folder there that somebody else made is not used. */
const prepareStage = (home: string): string => {
  const stage = stageOf(home);
  mkdirSync(stage, { recursive: true, mode: 0o755 });
  const found = lstatSync(stage);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new Error(`prepare folder for sockets: ${stage} belongs to somebody else`);
  return stage;
};
