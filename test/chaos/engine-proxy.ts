import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `cut`: the engine never hears the call. `drop`: it does what it was told, and nobody hears the answer. */
export type Trick = { readonly how: 'cut' | 'drop' } | { readonly how: 'delay'; readonly milliseconds: number };

const CHANGE = /^(POST|PUT|DELETE|PATCH) \S+ HTTP\/1\.1\r$/gm;

/** Stands between an agent and its engine; passes all on, until it is told to play a trick on one of the calls that change something. */
export class EngineProxy {
  readonly socket: string;
  readonly #engine: string;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #armed: { readonly trick: Trick; left: number; readonly played: PromiseWithResolvers<void> } | null = null;

  private constructor(engine: string, socket: string) {
    this.#engine = engine;
    this.socket = socket;
    this.#server = createServer((client) => void this.#serve(client));
  }

  static async open(engine: string, socket: string): Promise<EngineProxy> {
    const proxy = new EngineProxy(engine, socket);
    rmSync(socket, { force: true });
    proxy.#server.listen(socket);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Of the calls from now on the nth, from 1. Resolves when it was played. */
  arm(nth: number, trick: Trick): Promise<void> {
    const played = Promise.withResolvers<void>();
    this.#armed = { trick, left: nth, played };
    return played.promise;
  }

  disarm(): void {
    this.#armed?.played.resolve();
    this.#armed = null;
  }

  async close(): Promise<void> {
    this.disarm();
    for (const side of this.#open) side.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(client: Socket): Promise<void> {
    const engine = connect(this.#engine);
    const destroy = (): void => {
      client.destroy();
      engine.destroy();
    };
    for (const side of [client, engine]) {
      this.#open.add(side);
      side.on('error', destroy).on('close', () => this.#open.delete(side));
    }
    let isDeaf = false;
    engine.on('data', (chunk) => {
      if (isDeaf) destroy();
      else client.write(chunk);
    });
    engine.on('end', () => client.end());
    try {
      for await (const chunk of client as AsyncIterable<Buffer>) {
        const trick = this.#trickFor(chunk);
        if (trick?.how === 'cut') return destroy();
        if (trick?.how === 'delay') await sleep(trick.milliseconds);
        isDeaf ||= trick?.how === 'drop';
        engine.write(chunk);
      }
      engine.end();
    } catch {
      destroy();
    }
  }

  #trickFor(chunk: Buffer): Trick | null {
    const calls = [...chunk.toString('latin1').matchAll(CHANGE)].length;
    const armed = this.#armed;
    if (!armed || calls === 0) return null;
    armed.left -= calls;
    if (armed.left > 0) return null;
    this.disarm();
    return armed.trick;
  }
}
