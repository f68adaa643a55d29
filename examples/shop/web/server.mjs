// Says its own version and that of the api it asked. Takes uploads, and finishes them before it ends.
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { Agent, createServer, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const version = process.env.VERSION ?? '1';
const api = process.env.API_URL ?? 'http://api:5000/';
// A new connection each time asks for the name each time.
const agent = new Agent({ keepAlive: false });

const askApi = () =>
  new Promise((resolve, reject) => {
    const request = get(api, { agent, timeout: 5000 }, async (answer) => {
      try {
        resolve(JSON.parse((await answer.toArray()).join('')));
      } catch (error) {
        reject(error);
      }
    });
    request.on('timeout', () => request.destroy(new Error('api did not answer within 5 s')));
    request.on('error', reject);
  });

const home = async () => {
  const answer = await askApi();
  return { web: version, api: answer.version, container: answer.container };
};

/** Reads at its ease. */
const upload = async (request) => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    bytes += chunk.length;
    await sleep(2);
  }
  return { web: version, bytes, sha256: hash.digest('hex') };
};

const datasource = async () => ({ web: version, postgresql: (await lookup('postgresql', { family: 4 })).address });

const routes = { 'GET /': home, 'POST /upload': upload, 'GET /datasource': datasource, 'GET /healthz': async () => ({ ok: true }) };

const server = createServer(async (request, answer) => {
  const route = routes[`${request.method} ${request.url}`];
  try {
    if (route) send(answer, 200, await route(request));
    else send(answer, 404, { web: version, error: 'nothing is here' });
  } catch (error) {
    console.error(`web ${version}: ${request.method} ${request.url}: ${error.message}`);
    send(answer, 502, { web: version, error: error.message });
  }
});

const send = (answer, status, body) => {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(`${JSON.stringify(body)}\n`);
};

// Longer than a proxy keeps an idle connection, so that it is never we who close one that is about to be used.
server.keepAliveTimeout = 75_000;
server.requestTimeout = 0;
server.listen(3000, () => console.log(`web ${version} listens on 3000`));

process.once('SIGTERM', () => {
  console.log(`web ${version} finishes what it began`);
  server.close(() => process.exit(0));
});
