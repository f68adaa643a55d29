import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Env } from '../../stories/harness/roof.ts';
import { childrenOf, isAlive, until } from './programs.ts';

interface Start {
  readonly command: readonly string[];
  readonly env: Env;
  /** What it says is added to this file. */
  readonly log: string;
}

/**
 * A program that forks another one into namespaces (`unshare -f`, `nsenter -p`) and waits for it. What is signalled is the inner one. Both are
 * killed when we die.
 */
export class Daemon {
  /** Of the outer one. */
  readonly #pid: number;
  readonly #ended: Promise<unknown>;

  constructor({ command, env, log }: Start) {
    const file = openSync(log, 'a');
    const child = spawn('setpriv', ['--pdeathsig=KILL', ...command], { env, cwd: '/', stdio: ['ignore', file, file] });
    closeSync(file);
    this.#pid = child.pid ?? -1;
    this.#ended = once(child, 'exit').catch(() => undefined);
  }

  /** Of the inner one, as this machine numbers it; null before it was forked and after its end. */
  get inner(): number | null {
    return childrenOf(this.#pid).find(isAlive) ?? null;
  }

  get isRunning(): boolean {
    return isAlive(this.#pid);
  }

  async forked(): Promise<number> {
    await until('a program to be forked', 10, () => this.inner !== null || !this.isRunning);
    if (this.inner === null) throw new Error('start a program of a host: it ended at once');
    return this.inner;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.inner !== null) process.kill(this.inner, signal);
    // The outer one stops itself when the inner one is stopped, and would not hear of its end.
    if (signal === 'SIGCONT' && this.isRunning) process.kill(this.#pid, signal);
  }

  /** Returns when both are gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.signal(signal);
    this.signal('SIGCONT');
    await this.#ended;
  }
}
