import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The way of one host to the broker, which listens on the loopback alone. It can be made slow or silent, whatever the kernel has. */
export class Relay {
  /** Of each piece of what is said, in both directions. */
  delayMs = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => {
      const upstream = connect(target.port, target.host);
      for (const side of [client, upstream]) {
        this.#open.add(side);
        side.on('error', () => side.destroy()).on('close', () => this.#open.delete(side));
      }
      void this.#carry(client, upstream);
      void this.#carry(upstream, client);
    });
  }

  /** Listens at a free port of the address. */
  static async open(address: string, target: { readonly host: string; readonly port: number }): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(0, address);
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new Error('ask the relay for its port: it is closed');
    return bound.port;
  }

  async close(): Promise<void> {
    for (const side of this.#open) side.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from) {
        if (this.delayMs > 0) await sleep(this.delayMs);
        if (!to.write(piece)) await once(to, 'drain');
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}
