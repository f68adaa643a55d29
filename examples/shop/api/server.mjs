// Says its own version. SHOP_FAULT=crash makes it end at start, SHOP_FAULT=sick makes it never well.
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const version = process.env.VERSION ?? '1';
const fault = process.env.SHOP_FAULT ?? '';

if (fault === 'crash') {
  for (let line = 1; line < 30; line++) console.log(`api ${version}: reading price list, page ${line}`);
  console.error(`api ${version}: price list is broken at page 30, giving up`);
  process.exit(7);
}

const server = createServer((request, answer) => {
  const isHealth = request.url === '/healthz';
  if (isHealth && fault === 'sick') return send(answer, 503, { error: 'the price list is empty' });
  send(answer, 200, isHealth ? { ok: true } : { service: 'api', version, container: hostname() });
});

const send = (answer, status, body) => {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(`${JSON.stringify(body)}\n`);
};

server.keepAliveTimeout = 75_000;
server.listen(5000, () => console.log(`api ${version} listens on 5000`));

process.once('SIGTERM', () => {
  console.log(`api ${version} finishes what it began`);
  server.close(() => process.exit(0));
});
