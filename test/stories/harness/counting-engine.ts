import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

export interface CountingEngine {
  readonly socket: string;
  /** Requests that change something, as the engine got them: `POST /containers/create`. */
  readonly mutations: readonly string[];
  /** Resolves when the engine was asked this many more times for its list of containers: each is a pass of the agent. */
  passes(count: number): Promise<void>;
  close(): Promise<void>;
}

const MUTATION = /^(POST|PUT|DELETE|PATCH) (\S+) HTTP\/1\.1\r$/gm;
const PASS = /^GET (\/v[\d.]+)?\/containers\/json\S* HTTP\/1\.1\r$/gm;

/** A socket before the engine's own that passes all bytes on and notes each request line that changes something. */
export const countingEngine = async (engine: string, socket: string): Promise<CountingEngine> => {
  const mutations: string[] = [];
  const open = new Set<Socket>();
  const passed = new EventTarget();
  const server = createServer((client) => {
    const upstream = connect(engine);
    for (const side of [client, upstream]) {
      open.add(side);
      side.on('error', () => side.destroy()).on('close', () => open.delete(side));
    }
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      for (const [, method, path] of text.matchAll(MUTATION)) mutations.push(`${method} ${path}`);
      for (const _ of text.matchAll(PASS)) passed.dispatchEvent(new Event('pass'));
    });
    client.pipe(upstream).pipe(client);
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    mutations,
    passes: async (count) => {
      for (let left = count; left > 0; left--) await once(passed, 'pass');
    },
    close: async () => {
      for (const side of open) side.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(socket, { force: true });
    },
  };
};
