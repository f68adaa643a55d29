import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Clock } from '#libs/clock';
import { Sockets } from '../ports.ts';
import { peersOf, readConnections } from './connections.ts';

const CONNECT_MS = 1000;

/** The kernel's word on connections. */
export class LinuxSockets extends Sockets {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  refusalOf(address: string, port: number): Promise<string | null> {
    return new Promise((resolve) => {
      const socket = connect({ host: address, port });
      const timer = this.#clock.after(CONNECT_MS, () => socket.destroy(new Error('no answer within a second')));
      const end = (answer: string | null): void => {
        timer.cancel();
        socket.destroy();
        resolve(answer);
      };
      socket.once('connect', () => end(null));
      socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    });
  }

  async peersOf(pid: number): Promise<readonly string[] | null> {
    try {
      const tables = [readFile(`/proc/${pid}/net/tcp`, 'utf8'), readFile(`/proc/${pid}/net/tcp6`, 'utf8').catch(() => '')];
      return peersOf(readConnections(...(await Promise.all(tables))));
    } catch {
      return null;
    }
  }
}
