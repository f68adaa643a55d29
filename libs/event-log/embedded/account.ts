import { execFileSync } from 'node:child_process';

/** Who runs the server. PostgreSQL refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Put before a command so that it runs as this account and is interrupted when we die, however we die. */
  readonly prefix: readonly string[];
}

const DIES_WITH_US = ['setpriv', '--no-new-privs', '--pdeathsig=INT'];

/** A fresh machine has no `postgres`. */
const USERS = ['postgres', 'nobody'];

/** As root: the first of these users that this machine has. Else ourselves. */
export const unprivilegedAccount = (users: readonly string[] = USERS): Account => {
  const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  if (own.uid !== 0) return { name: `uid ${own.uid}`, ...own, prefix: DIES_WITH_US };
  const found = users.map(lookUp).find((account) => account !== null);
  if (!found) throw new Error(`choose a user for PostgreSQL: this machine has none of ${users.join(', ')}, and root is refused`);
  return { ...found, prefix: [...DIES_WITH_US, `--reuid=${found.uid}`, `--regid=${found.gid}`, '--clear-groups'] };
};

/** Runs a command of the server to its end and gives back what it printed; the error holds its own words. */
export const run = (command: readonly string[]): string => {
  const [file = '', ...args] = command;
  return execFileSync(file, args, { cwd: '/', env: SERVER_ENV, stdio: 'pipe', encoding: 'utf8' });
};

export const canRun = (command: readonly string[]): boolean => {
  try {
    run(command);
    return true;
  } catch {
    return false;
  }
};

/** The server gets nothing of our own environment. */
export const SERVER_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

const lookUp = (name: string): { name: string; uid: number; gid: number } | null => {
  try {
    const id = (flag: string): number => Number(execFileSync('id', [flag, name], { stdio: 'pipe', encoding: 'utf8' }));
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
};
