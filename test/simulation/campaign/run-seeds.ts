import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task, Verdict } from './verdict.ts';

export interface Campaign {
  readonly from: number;
  readonly count: number;
  /** Processes that live worlds side by side. */
  readonly jobs: number;
  /** Ends with the lowest seed that broke a claim. */
  readonly stopsAtFirst?: boolean;
  /** A module that each process loads before all others. */
  readonly preload?: string;
  /** Whether a world is lived at all. */
  readonly isMeant?: (seed: number) => boolean;
  readonly onVerdict?: (verdict: Verdict) => void;
}

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** One seed in so many is lived twice. */
const TWICE = 50;

/** Lives the worlds of these seeds, in their order as far as there are processes. Gives the verdicts, ordered by seed. */
export const runSeeds = async (campaign: Campaign): Promise<readonly Verdict[]> => {
  const { from, count, jobs, stopsAtFirst = false, isMeant = () => true } = campaign;
  const verdicts: Verdict[] = [];
  let next = from;
  let isOver = false;
  const take = (): Task | null => {
    while (next < from + count && !isMeant(next)) next++;
    if (isOver || next >= from + count) return null;
    const seed = next++;
    return { seed, without: [], isTwice: seed % TWICE === 0 };
  };
  const note = (verdict: Verdict): void => {
    verdicts.push(verdict);
    campaign.onVerdict?.(verdict);
    if (stopsAtFirst && verdict.violations.length > 0) isOver = true;
  };
  await Promise.all(Array.from({ length: jobs }, () => work(campaign, take, note)));
  return verdicts.sort((a, b) => a.seed - b.seed);
};

const work = (campaign: Campaign, take: () => Task | null, note: (verdict: Verdict) => void): Promise<void> => {
  const { preload } = campaign;
  const execArgv = ['--conditions=berth-source', ...(preload === undefined ? [] : ['--import', preload])];
  const child = fork(WORKER, { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr?.on('data', (data) => {
      words = `${words}${data}`.slice(-4000);
    });
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`live worlds: a process ended with ${code}: ${words}`))));
    child.on('message', (verdict: Verdict) => {
      note(verdict);
      send(child, take());
    });
    send(child, take());
  });
};

const send = (child: ChildProcess, task: Task | null): void => {
  if (task) child.send(task);
  else child.disconnect();
};
