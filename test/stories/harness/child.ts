import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './roof.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const READY_MS = 60_000;

/** One process of the product, as it was built. */
export class Child {
  readonly #app: string;
  readonly #readyUrl: string;
  readonly #env: Env;
  readonly #logFile: string;
  #process: ChildProcess | null = null;

  /** `instance` tells replicas of one app apart. */
  constructor(app: string, readyUrl: string, env: Env, instance = app) {
    this.#app = app;
    this.#readyUrl = readyUrl;
    this.#env = env;
    this.#logFile = join(env.BERTH_HOME ?? '', `${instance}.log`);
  }

  /** Resolves when it says that it is ready. */
  async start(overrides: Env = {}): Promise<void> {
    const child = spawn(process.execPath, [join(ROOT, `dist/apps/${this.#app}/main.js`)], {
      env: { ...this.#env, ...overrides },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const file = createWriteStream(this.#logFile, { flags: 'a' });
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    this.#process = child;
    await this.#untilReady(child);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + READY_MS;
    while (performance.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`start ${this.#app}: it ended\n${this.#words()}`);
      const answer = await fetch(this.#readyUrl).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`start ${this.#app}: not ready after ${READY_MS / 1000} s\n${this.#words()}`);
  }

  #words(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-4000);
  }
}
