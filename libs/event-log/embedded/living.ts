import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#libs/clock';
import type { Place } from './place.ts';

const LOOK_MS = 20;
const LONGEST_STOP_MS = 60_000;

/**
 * Makes sure that no server works on these data. Throws when one does for a program that lives; waits for one whose program died,
 * since it was interrupted by that death. Then nobody holds the server's locks, and those of one that was killed are removed:
 * PostgreSQL itself would believe them while their process id is a zombie's or another program's.
 */
export const awaitNoServer = async (place: Place, clock: Clock): Promise<void> => {
  const { home } = place;
  const found = serversOn(home);
  const owner = ownerOf(home);
  if (found.length > 0 && owner !== null)
    throw new Error(`start embedded PostgreSQL in ${home}: it runs already, as process ${lockedBy(home)}, for process ${owner}`);
  interrupt(home, found);
  const end = clock.monotonic() + LONGEST_STOP_MS;
  for (let left = found; left.length > 0; left = serversOn(home)) {
    if (clock.monotonic() > end)
      throw new Error(`start embedded PostgreSQL in ${home}: processes ${left.join(', ')} of an earlier start do not end`);
    await clock.sleep(LOOK_MS);
  }
  for (const lock of [lockOf(home), join(place.sockets, '.s.PGSQL.5432.lock')]) rmSync(lock, { force: true });
};

/** From now on the server of these data is this process's. */
export const claim = (home: string): void => writeFileSync(join(home, 'owner'), `${process.pid} ${bornAt(process.pid)}`);

/** Its children follow the server; those that a killed one left behind are told one by one. */
const interrupt = (home: string, found: readonly number[]): void => {
  const server = lockedBy(home);
  for (const pid of found.includes(server) ? [server] : found) signal(pid, found.includes(server) ? 'SIGINT' : 'SIGTERM');
};

const signal = (pid: number, name: 'SIGINT' | 'SIGTERM'): void => {
  try {
    process.kill(pid, name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
};

const lockOf = (home: string): string => join(home, 'data', 'postmaster.pid');
const lockedBy = (home: string): number => (existsSync(lockOf(home)) ? Number.parseInt(readFileSync(lockOf(home), 'utf8'), 10) : -1);

/** Every process of a server works in its data directory, from whatever mount namespace it sees it. */
const serversOn = (home: string): readonly number[] => {
  const data = statSync(join(home, 'data'), { throwIfNoEntry: false });
  if (!data) return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const folder = orNull(() => statSync(`/proc/${pid}/cwd`));
    return folder?.ino === data.ino && folder.dev === data.dev;
  });
};

/** Null when it died. */
const ownerOf = (home: string): number | null => {
  const [pid, born] = orNull(() => readFileSync(join(home, 'owner'), 'utf8'))?.split(' ') ?? [];
  return born !== undefined && bornAt(Number(pid)) === born ? Number(pid) : null;
};

/** In ticks since boot: tells a process from a later one of the same id. Field 22 of proc(5); two lie before the last bracket. */
const bornAt = (pid: number): string | null =>
  orNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    ?.split(') ')
    .at(-1)
    ?.split(' ')[19] ?? null;

/** Processes come and go while they are looked at, and some are not ours to look at. */
const orNull = <T>(look: () => T): T | null => {
  try {
    return look();
  } catch {
    return null;
  }
};
