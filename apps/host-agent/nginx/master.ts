import { spawn } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#libs/clock';
import { Rejected, Transient } from '#libs/contracts';
import type { Control } from './control.ts';
import { type NginxProcess, nginxProcess, nginxProcesses } from './processes.ts';

export interface MasterOptions {
  readonly prefix: string;
  readonly socket: string;
  readonly binary: string;
  readonly modules: string;
  readonly control: Control;
  readonly clock: Clock;
}

const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** The Nginx processes of one prefix folder. They outlive whoever started them. */
export class Master {
  readonly #options: MasterOptions;
  /** Where it was found the last time: looking at all processes is dear. */
  #known: number | null = null;

  constructor(options: MasterOptions) {
    this.#options = options;
  }

  /** Throws `Rejected` naming the package that is missing. */
  probe(): void {
    const { binary, modules } = this.#options;
    const needed = [
      [binary, 'nginx'],
      [join(modules, 'ndk_http_module.so'), 'libnginx-mod-http-ndk'],
      [join(modules, 'ngx_http_lua_module.so'), 'libnginx-mod-http-lua'],
      ['/usr/share/lua/5.1/resty/core.lua', 'lua-resty-core'],
    ] as const;
    for (const [path, name] of needed)
      if (!existsSync(path))
        throw new Rejected(`find ${path}: install the package ${name}; this release has no way to serve doors without Nginx's Lua module`);
  }

  process(): NginxProcess | null {
    const known = this.#known === null ? null : nginxProcess(this.#options.prefix, this.#known);
    const master = known?.role === 'master' ? known : this.#processes().find(({ role }) => role === 'master');
    this.#known = master?.pid ?? null;
    return master ?? null;
  }

  /** Workers whose master died: they serve on, hold the ports, and no configuration reaches them any more. */
  orphans(): readonly NginxProcess[] {
    const master = this.process()?.pid;
    return this.#processes().filter(({ role, parent }) => role !== 'master' && role !== 'other' && parent !== master);
  }

  /** Lets orphans finish what they began; returns when they have let go of their ports. */
  async releaseOrphans(): Promise<void> {
    for (const { pid, role } of this.orphans()) if (role === 'worker') signal(pid, 'SIGQUIT');
    await this.#until('orphaned workers to leave', async () => this.orphans().every(({ role }) => role === 'leaving'));
  }

  /** Returns when `id` answers. */
  async start(conf: string, id: string): Promise<void> {
    // What a killed master left there would keep the new one from listening.
    rmSync(this.#options.socket, { force: true });
    const { code, output } = await this.#run(['-c', conf], this.#options.prefix);
    if (code !== 0) throw new Transient(`start Nginx: ${plainWords(output)}`);
    await this.#until(`Nginx to answer as ${id}`, async () => (await this.#options.control.id()) === id);
    // Nginx makes it open to everyone.
    chmodSync(this.#options.socket, 0o600);
  }

  /** Null when Nginx takes the configuration, else its words. Starts and changes nothing. */
  async test(conf: string): Promise<string | null> {
    const { code, output } = await this.#run(['-t', '-c', conf], '/');
    return code === 0 ? null : plainWords(output);
  }

  /**
   * Returns when `id` answers and no worker of the configuration before takes new connections. Neither the signal nor the exit code of `nginx -s`
   * says that: a port that another process holds makes Nginx drop the whole new configuration in silence.
   */
  async reload(id: string): Promise<void> {
    const master = this.process();
    if (master === null) throw new Transient('reload Nginx: it does not run');
    const before = new Set(this.#workers());
    signal(master.pid, 'SIGHUP');
    await this.#until(
      `Nginx to answer as ${id}`,
      async () => (await this.#options.control.id()) === id && !this.#workers().some((pid) => before.has(pid)),
    );
  }

  #workers(): readonly number[] {
    return this.#processes().flatMap(({ pid, role }) => (role === 'worker' ? [pid] : []));
  }

  #processes(): readonly NginxProcess[] {
    return nginxProcesses(this.#options.prefix);
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonic() + PATIENCE_MS;
    let last: unknown;
    while (clock.monotonic() < end) {
      const done = await isSo().catch((cause: unknown) => {
        last = cause;
        return false;
      });
      if (done) return;
      await clock.sleep(POLL_MS);
    }
    throw new Transient(`wait for ${what}: ${PATIENCE_MS / 1000} s have passed`, { cause: last });
  }

  /** In a session of its own; Nginx makes itself a daemon and the call ends when it listens. */
  #run(args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
    const { binary, prefix } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn(binary, ['-p', prefix, ...args], { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: {} });
      let output = '';
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      child.on('error', (cause) => reject(new Transient(`run ${binary}`, { cause })));
      child.on('close', (code) => resolve({ code, output }));
    });
  }
}

/** A process that is gone already needs no signal. */
const signal = (pid: number, name: 'SIGQUIT' | 'SIGHUP'): void => {
  try {
    process.kill(pid, name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw new Error(`signal Nginx ${pid}`, { cause });
  }
};

/** Nginx's first complaint without the paths of this host. */
const plainWords = (output: string): string => {
  const complaint = /\[emerg\] (?:\d+#\d+: )?(.*)/.exec(output)?.[1] ?? 'Nginx gave no reason';
  return complaint.replaceAll(/ in \/\S+:\d+/g, '').replaceAll(/"?\/[^\s"]+"?/g, 'a file of its own');
};
