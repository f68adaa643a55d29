import { spawn } from 'node:child_process';

export interface Ended {
  /** Null: it could not be started, or a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  /** Stdout and stderr as they came, the newest million characters of them. */
  readonly output: string;
  /** Why it could not be started: `ENOENT` where there is no such program. */
  readonly error: string | null;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

const KEPT = 1_000_000;

/** Runs a program to its end, without a shell. Never throws. */
export const run = (program: string, args: readonly string[], options: RunOptions): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(program, args, { ...options, env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, output] = ['', ''];
    const keep = (text: string): void => {
      output = `${output}${text}`.slice(-KEPT);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      keep(text);
    });
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ code: null, stdout, output, error: error.code ?? error.message }));
    child.on('close', (code) => resolve({ code, stdout, output, error: null }));
  });
