import { type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A user of this machine, with its first group. */
export interface User {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Workers {
  readonly user: User;
  /** Why they run as root, and what helps; null when they don't. */
  readonly hindrance: string | null;
}

const ROOT: User = { name: 'root', group: 'root', uid: 0, gid: 0 };
const UNPRIVILEGED = ['www-data', 'nobody'];

/** Whom Nginx's workers run as: a user who may do nothing, if it can reach what lies in `folder`; the folder itself is ours to open. */
export const workersOf = async (folder: string): Promise<Workers> => {
  const [passwd, group] = await Promise.all(['/etc/passwd', '/etc/group'].map((path) => readFile(path, 'utf8').catch(() => '')));
  const [user] = unprivilegedIn(passwd ?? '', group ?? '');
  if (!user) return { user: ROOT, hindrance: `this machine has neither a user ${UNPRIVILEGED.join(' nor ')} with a group; add one` };
  const closed = above(folder).find((path) => !mayPass(user, statSync(path)));
  if (closed === undefined) return { user, hindrance: null };
  return { user: ROOT, hindrance: `user ${user.name} can't pass ${closed}; use chmod o+x on it, or another BERTH_HOME` };
};

/** Who of those that Nginx's workers may be is in these files, the preferred one first. */
export const unprivilegedIn = (passwd: string, group: string): readonly User[] => {
  const groups = new Map(rows(group).map(([name, , gid]) => [gid, name]));
  const known = new Map(rows(passwd).map((row) => [row[0], row]));
  return UNPRIVILEGED.flatMap((name) => {
    const [, , uid, gid] = known.get(name) ?? [];
    const first = groups.get(gid);
    return !first || !uid || uid === '0' ? [] : [{ name, group: first, uid: Number(uid), gid: Number(gid) }];
  });
};

export const mayPass = ({ uid, gid }: User, folder: Pick<Stats, 'uid' | 'gid' | 'mode'>): boolean => {
  const bit = folder.uid === uid ? 0o100 : folder.gid === gid ? 0o010 : 0o001;
  return (folder.mode & bit) !== 0;
};

const rows = (text: string): readonly string[][] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));

/** `/var/lib/berth`, `/var/lib`, `/var`, `/` of `/var/lib/berth/nginx`. */
const above = (path: string): readonly string[] => {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...above(parent)];
};
