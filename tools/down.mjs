// Takes away what Berth left running on this host: containers, network, Nginx, resolver. Usage: node tools/down.mjs HOME ENGINE_SOCKET HOST
// Stop Berth itself first. Only what carries this host's label or lies in HOME is touched.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [home, engine, host] = process.argv.slice(2);
if (!home || !engine || !host) throw new Error('usage: node tools/down.mjs HOME ENGINE_SOCKET HOST');

const call = (socketPath, method, path) =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers: { host: 'localhost' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    sent.on('error', reject).end();
  });

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const stop = async (name, pid, signal) => {
  if (!pid || !isAlive(pid)) return;
  process.kill(pid, signal);
  for (let tries = 0; tries < 50 && isAlive(pid); tries++) await sleep(100);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  console.log(`stopped ${name}`);
};

const resolver = `${home}/run/resolver.sock`;
if (existsSync(resolver)) {
  const state = await call(resolver, 'GET', '/state').catch(() => null);
  if (state) await stop('resolver', JSON.parse(state.text).pid, 'SIGTERM');
}
for (const file of globSync(`${home}/nginx/**/*.pid`)) await stop('nginx', Number(readFileSync(file, 'utf8')), 'SIGTERM');

if (existsSync(engine)) {
  const filters = encodeURIComponent(JSON.stringify({ label: [`berth.host=${host}`] }));
  const list = JSON.parse((await call(engine, 'GET', `/containers/json?all=1&filters=${filters}`)).text);
  await Promise.all(list.map((container) => call(engine, 'DELETE', `/containers/${container.Id}?force=1`)));
  console.log(`removed ${list.length} containers`);
  await call(engine, 'DELETE', '/networks/berth');
}
