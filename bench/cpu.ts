import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux, for every architecture. */
const TICKS_A_SECOND = 100;

/** Seconds of processor, user and system, that these processes and all below them have used, those that ended included. */
export const cpuOf = (roots: readonly number[]): number => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== null);
  const family = new Set(roots);
  for (let size = -1; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.reduce((sum, { pid, ticks }) => sum + (family.has(pid) ? ticks : 0), 0) / TICKS_A_SECOND;
};

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** Null when it ended meanwhile. See proc(5): the name stands in brackets and may hold anything. */
const statOf = (pid: number): Stat | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    return null;
  }
};
