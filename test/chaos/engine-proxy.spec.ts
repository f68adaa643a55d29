import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineProxy } from './engine-proxy.ts';

let dir: string;
let engine: Server;
let heard: string[];
let proxy: EngineProxy;

beforeEach(async () => {
  dir = mkdtempSync('/tmp/bep-');
  heard = [];
  engine = createServer((call, answer) => {
    heard.push(`${call.method} ${call.url}`);
    answer.end('done');
  }).listen(join(dir, 'engine'));
  await once(engine, 'listening');
  proxy = await EngineProxy.open(join(dir, 'engine'), join(dir, 'proxy'));
});
afterEach(async () => {
  await proxy.close();
  engine.closeAllConnections();
  engine.close();
  rmSync(dir, { recursive: true });
});

const call = (method: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath: proxy.socket, method, path, agent: false }, async (answer) =>
      resolve((await answer.toArray()).join('')),
    );
    sent.on('error', (cause: NodeJS.ErrnoException) => reject(cause)).end();
  });

it('passes calls on, and counts only those that change something', async () => {
  const played = proxy.arm(2, { how: 'cut' });
  expect(await call('GET', '/containers/json')).toBe('done');
  expect(await call('POST', '/containers/create')).toBe('done');
  expect(await call('GET', '/containers/json')).toBe('done');
  await expect(call('POST', '/containers/1/start')).rejects.toThrow();
  await played;
  expect(heard).toEqual(['GET /containers/json', 'POST /containers/create', 'GET /containers/json']);
});

it('lets the engine do what nobody hears of', async () => {
  void proxy.arm(1, { how: 'drop' });
  await expect(call('POST', '/containers/create')).rejects.toThrow();
  expect(heard).toEqual(['POST /containers/create']);
  expect(await call('POST', '/containers/create')).toBe('done');
});

it('holds a call back', async () => {
  const begin = performance.now();
  void proxy.arm(1, { how: 'delay', milliseconds: 50 });
  expect(await call('DELETE', '/containers/1')).toBe('done');
  expect(performance.now() - begin).toBeGreaterThanOrEqual(49);
});
