import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

export interface NginxProcess {
  readonly pid: number;
  readonly parent: number;
  readonly role: 'master' | 'worker' | 'leaving' | 'other';
}

/** Nginx processes that were started in this folder, whoever started them: nothing else tells an orphan from Debian's own Nginx. */
export const nginxProcesses = (prefix: string): readonly NginxProcess[] => {
  const home = realpathSync(prefix);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => nginxProcess(home, Number(pid)) ?? []);
};

/** Null when this is no Nginx of the folder. */
export const nginxProcess = (prefix: string, pid: number): NginxProcess | null => {
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'nginx\n' || readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(prefix)) return null;
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return { pid, parent: Number(parent), role: roleOf(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) };
  } catch {
    // It ended while it was looked at.
    return null;
  }
};

const roleOf = (title: string): NginxProcess['role'] => {
  if (title.startsWith('nginx: master process')) return 'master';
  if (title.startsWith('nginx: worker process is shutting down')) return 'leaving';
  return title.startsWith('nginx: worker process') ? 'worker' : 'other';
};
