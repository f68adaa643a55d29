import { mkdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const SOCKET = '.s.PGSQL.5432';

/** The one address at which everybody finds the database, whichever server that is: a folder with a unix socket. */
export class Address {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #target = '';

  private constructor() {
    this.#server = createServer((client) => {
      const server = connect(join(this.#target, SOCKET));
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#open.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
  }

  static async listen(dir: string): Promise<Address> {
    const address = new Address();
    mkdirSync(dir);
    await new Promise<void>((resolve) => address.#server.listen(join(dir, SOCKET), resolve));
    return address;
  }

  /** Cuts off everybody; who comes back finds the server whose socket is in this folder. */
  pointTo(target: string): void {
    this.#target = target;
    for (const socket of this.#open) socket.destroy();
    this.#open.clear();
  }

  close(): Promise<void> {
    this.pointTo('');
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
