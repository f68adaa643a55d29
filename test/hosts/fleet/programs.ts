import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../stories/harness/berth.ts';

/** Runs a program to its end and gives back what it printed; the error holds its own words. */
export const must = async (program: string, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(program, args, {});
  if (code !== 0) throw new Error(`run ${program} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
};

/** Runs a program whose failure says that there was nothing to do. */
export const attempt = async (program: string, ...args: readonly string[]): Promise<boolean> => (await run(program, args, {})).code === 0;

/** Polls: kernel and daemons have no event for most of what is awaited here. */
export const until = async (what: string, seconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`wait for ${what}: not so after ${seconds} s`);
    await sleep(50);
  }
};

/** The processes that one started and that still run, as this machine numbers them. */
export const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

/** A zombie is none. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
