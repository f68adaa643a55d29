import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IP = '/usr/sbin/ip';

export const GATEWAY = '10.64.0.1';

/** A host's network namespace with the gateway in it, and one for each caller, whose address is a /32 as containers have it. No way out. */
export class Namespaces {
  readonly #prefix: string;
  readonly #callers: readonly string[];

  constructor(prefix: string, callers: readonly string[]) {
    this.#prefix = prefix;
    this.#callers = callers;
  }

  get host(): string {
    return `${this.#prefix}-host`;
  }

  async open(): Promise<void> {
    await this.#ip(['netns', 'add', this.host]);
    await this.#inside(this.host, ['link', 'set', 'lo', 'up']);
    await this.#inside(this.host, ['addr', 'add', `${GATEWAY}/32`, 'dev', 'lo']);
    for (const [index, address] of this.#callers.entries()) await this.#addCaller(this.#caller(index), `c${index}`, address);
  }

  /** What a program of the caller prints, with this resolv.conf. */
  async runAs(index: number, resolvConf: string, command: string): Promise<string> {
    const script = `mount --bind ${resolvConf} /etc/resolv.conf && ${command}`;
    return (await run(IP, ['netns', 'exec', this.#caller(index), 'sh', '-c', script])).stdout;
  }

  async close(): Promise<void> {
    for (const name of [this.host, ...this.#callers.map((_, index) => this.#caller(index))]) {
      await this.#ip(['netns', 'del', name]).catch(() => undefined);
    }
  }

  #caller(index: number): string {
    return `${this.#prefix}-c${index}`;
  }

  async #addCaller(name: string, device: string, address: string): Promise<void> {
    await this.#ip(['netns', 'add', name]);
    await this.#inside(this.host, ['link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
    await this.#inside(name, ['addr', 'add', `${address}/32`, 'dev', 'eth0']);
    await this.#inside(name, ['link', 'set', 'eth0', 'up']);
    await this.#inside(this.host, ['link', 'set', device, 'up']);
    await this.#inside(name, ['route', 'add', '10.64.0.0/20', 'dev', 'eth0', 'src', address]);
    await this.#inside(this.host, ['route', 'add', `${address}/32`, 'dev', device]);
  }

  #inside(name: string, args: readonly string[]): Promise<void> {
    return this.#ip(['-n', name, ...args]);
  }

  async #ip(args: readonly string[]): Promise<void> {
    await run(IP, [...args]);
  }
}

/** Runs a program in the namespace. */
export const within = (namespace: string, command: readonly string[]): readonly string[] => [IP, 'netns', 'exec', namespace, ...command];
