import { existsSync, globSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { MARK, namesOf } from './names.ts';
import { attempt, isAlive, must, until } from './programs.ts';

/** What of a fleet is still on this machine, in words. Empty: nothing. */
export const remains = async (fleet: string): Promise<readonly string[]> => {
  const { dir } = namesOf(fleet);
  return [
    ...processesOf(fleet).map((pid) => `process ${pid}`),
    ...mountsOf(fleet).map((path) => `mount ${path}`),
    ...(await linksOf(fleet)).map((link) => `link ${link}`),
    ...spacesOf(fleet).map((space) => `network namespace ${space}`),
    ...cgroupsOf(fleet).map((path) => `cgroup ${path}`),
    ...(existsSync(dir) ? [`folder ${dir}`] : []),
  ];
};

/** Takes away whatever is left of a fleet, however it ended. Rules of its firewalls lived in its namespaces and go with them. */
export const sweep = async (fleet: string): Promise<void> => {
  for (const pid of processesOf(fleet)) kill(pid);
  await until('the processes of the fleet to end', 20, () => processesOf(fleet).length === 0);
  for (const path of mountsOf(fleet)) await attempt('umount', '--lazy', path);
  for (const space of spacesOf(fleet)) await attempt('ip', 'netns', 'del', space);
  for (const link of await linksOf(fleet)) await attempt('ip', 'link', 'del', link);
  for (const path of cgroupsOf(fleet)) remove(path);
  rmSync(namesOf(fleet).dir, { recursive: true, force: true, maxRetries: 5 });
  // A cgroup is busy and a link there until the kernel has let the last process go.
  await until('the kernel to let go of the fleet', 10, async () => {
    for (const path of cgroupsOf(fleet)) remove(path);
    return (await remains(fleet)).length === 0;
  }).catch(() => undefined);
  const left = await remains(fleet);
  if (left.length > 0) throw new Error(`take the fleet ${fleet} away: left are ${left.join(', ')}`);
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
};

/** All that carry its mark but ourselves; inside the hosts too. */
const processesOf = (fleet: string): readonly number[] => {
  const mark = `${MARK}=${namesOf(fleet).dir}\0`;
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => pid !== process.pid && isAlive(pid) && environOf(pid).includes(mark));
};

const environOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
};

/** Deepest first. */
const mountsOf = (fleet: string): readonly string[] => {
  const paths = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  return paths.filter((path) => path.startsWith(`${namesOf(fleet).dir}/`)).reverse();
};

const linksOf = async (fleet: string): Promise<readonly string[]> => {
  const links = await must('ip', '-o', 'link');
  return [...links.matchAll(/^\d+: ([^:@]+)/gm)].flatMap(([, name]) => (name === namesOf(fleet).leg ? [name] : []));
};

const spacesOf = (fleet: string): readonly string[] =>
  (existsSync('/run/netns') ? readdirSync('/run/netns') : []).filter(namesOf(fleet).isOurs);

/** Deepest first. */
const cgroupsOf = (fleet: string): readonly string[] =>
  globSync([`/sys/fs/cgroup/bh-${fleet}-*{,/**}`, `/sys/fs/cgroup/*/bh-${fleet}-*{,/**}`], { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort((a, b) => b.length - a.length);

const remove = (path: string): void => {
  try {
    rmdirSync(path);
  } catch {
    // Gone, or busy: the look afterwards says so.
  }
};
