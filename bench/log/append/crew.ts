import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpuOf } from '../../cpu.ts';
import type { Reading } from '../../line.ts';
import type { Done, Order } from './writer.ts';

/** Processes that write, each over its one connection, and idle while it is another side's turn. */
export class Crew {
  readonly #processes: readonly ChildProcess[];
  readonly #server: number;

  static async start(size: number, server: number): Promise<Crew> {
    const program = new URL('./main.ts', import.meta.url);
    const processes = Array.from({ length: size }, () => fork(program, { execArgv: ['--conditions=berth-source'] }));
    await Promise.all(processes.map((child) => once(child, 'message')));
    return new Crew(processes, server);
  }

  private constructor(processes: readonly ChildProcess[], server: number) {
    this.#processes = processes;
    this.#server = server;
  }

  /** `rate`: events a second; `cpu`: microseconds of processor per event, of the server and of those that write. */
  async write(count: number, order: Omit<Order, 'writer'>): Promise<Reading> {
    const crew = this.#processes.slice(0, count);
    const pids = [this.#server, ...crew.map(({ pid = -1 }) => pid)];
    const before = cpuOf(pids);
    const done = await Promise.all(crew.map((child, writer) => ask(child, { ...order, writer })));
    const used = cpuOf(pids) - before;
    const events = done.reduce((sum, each) => sum + each.events, 0);
    return { rate: done.reduce((sum, each) => sum + each.events / each.seconds, 0), cpu: (used * 1e6) / events };
  }

  async stop(): Promise<void> {
    const ends = this.#processes.map((child) => once(child, 'exit'));
    for (const child of this.#processes) child.disconnect();
    await Promise.all(ends);
  }
}

const ask = async (child: ChildProcess, order: Order): Promise<Done> => {
  const answered = new AbortController();
  const ended = once(child, 'exit', { signal: answered.signal }).then(() => {
    throw new Error(`write as ${order.side}: the process ended`);
  });
  child.send(order);
  const done = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => undefined);
  answered.abort();
  return done[0] as Done;
};
