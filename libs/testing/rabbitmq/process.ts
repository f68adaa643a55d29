import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

type Environment = Readonly<Record<string, string>>;

/** A program that is killed with us, however we die, and keeps its last words. */
export class Program {
  readonly #child: ChildProcess;
  readonly #words: string[] = [];
  readonly #ended: Promise<unknown>;

  constructor(command: readonly string[], env: Environment) {
    this.#child = spawn('setpriv', ['--pdeathsig=KILL', ...command], { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.#child, 'close').catch(() => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (text) => this.#words.push(String(text)));
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get words(): string {
    return this.#words.join('').slice(-2000);
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.isRunning) this.#child.kill(signal);
    await this.#ended;
  }
}

/** Runs a program to its end and gives back what it printed; the error holds its own words. */
export const runProgram = async (command: readonly string[], env: Environment): Promise<string> => {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
  const words: string[] = [];
  const errors: string[] = [];
  child.stdout.on('data', (text) => words.push(String(text)));
  child.stderr.on('data', (text) => errors.push(String(text)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`run ${args.join(' ')}: ${errors.join('')}${words.join('')}`);
  return words.join('');
};
