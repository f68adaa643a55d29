import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '#libs/clock';
import { Transient } from '#libs/contracts';

const PATIENCE_MS = 10_000;
const STEP_MS = 50;

/** Starts a process that lives on when this one ends; what it says goes to the log file. `hasExited` tells of an early end. */
export const startDetached = async (command: readonly string[], logFile: string): Promise<{ hasExited(): boolean }> => {
  const [program = '', ...args] = command;
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 });
  const log = await open(logFile, 'a', 0o600);
  try {
    // It needs nothing of our environment, and outlives what is in it.
    const child = spawn(program, args, { detached: true, stdio: ['ignore', log.fd, log.fd], env: {} });
    let hasExited = false;
    child.once('error', () => {
      hasExited = true;
    });
    child.once('exit', () => {
      hasExited = true;
    });
    child.unref();
    return { hasExited: () => hasExited };
  } finally {
    await log.close();
  }
};

/** Ends it politely, then not. `isGone` tells: the number alone can't, for nobody may have buried the process. */
export const endProcess = async (clock: Clock, pid: number, isGone: () => Promise<boolean>): Promise<void> => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    send(pid, signal);
    if (await isTrueInTime(clock, isGone, PATIENCE_MS / 2)) return;
  }
  throw new Transient(`end process ${pid}: it does not go`);
};

/** Asks again and again; false when it never became true. */
export const isTrueInTime = async (clock: Clock, ask: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<boolean> => {
  const until = clock.monotonic() + patienceMs;
  while (!(await ask())) {
    if (clock.monotonic() >= until) return false;
    await clock.sleep(STEP_MS);
  }
  return true;
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
};
