import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#libs/clock';

const LOOK_MS = 20;
const LONGEST_STOP_MS = 60_000;

/**
 * Makes sure that no server runs on these data. Throws when one runs for a program that lives; waits for one whose program died,
 * since it was interrupted by that death; removes the lock of one that was killed when its process id is another program's now.
 */
export const awaitNoServer = async (home: string, clock: Clock): Promise<void> => {
  const pid = serverPid(home);
  if (pid === null) return;
  if (!isServer(pid)) return rmSync(lockOf(home), { force: true });
  const owner = ownerOf(home);
  if (owner !== null && owner === bornText(Number(owner.split(' ')[0])))
    throw new Error(`start embedded PostgreSQL in ${home}: it runs already, as process ${pid}, for process ${owner.split(' ')[0]}`);
  process.kill(pid, 'SIGINT');
  const end = clock.monotonic() + LONGEST_STOP_MS;
  while (serverPid(home) === pid && isServer(pid)) {
    if (clock.monotonic() > end) throw new Error(`start embedded PostgreSQL in ${home}: process ${pid} of an earlier start does not end`);
    await clock.sleep(LOOK_MS);
  }
};

export const claim = (home: string): void => writeFileSync(join(home, 'owner'), bornText(process.pid) ?? '');

const lockOf = (home: string): string => join(home, 'data', 'postmaster.pid');

const serverPid = (home: string): number | null => {
  if (!existsSync(lockOf(home))) return null;
  const pid = Number.parseInt(readFileSync(lockOf(home), 'utf8'), 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
};

const ownerOf = (home: string): string | null => {
  const path = join(home, 'owner');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
};

/** A process of that id which is a PostgreSQL server; an id may have gone to another program since. */
const isServer = (pid: number): boolean => {
  const [program = ''] = procText(pid, 'cmdline')?.split('\0') ?? [];
  return /(^|\/)postgres$/.test(program);
};

/** `<pid> <when it was born, in ticks since boot>`: tells a process from a later one of the same id. Null when there is none. */
const bornText = (pid: number): string | null => {
  const fields = procText(pid, 'stat')?.split(') ').at(-1)?.split(' ');
  // Field 22 of proc(5); two lie before the closing bracket.
  return fields && fields[0] !== 'Z' ? `${pid} ${fields[19]}` : null;
};

const procText = (pid: number, file: string): string | null => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
};
