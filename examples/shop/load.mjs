// Asks the shop at a steady rate, every other time over a new connection, and counts who answered.
//   node load.mjs --url http://127.0.0.1:8080 [--rate 50] [--seconds 10] [--upload-bytes 500000 --upload-ms 20000]
// Without --seconds it goes on until stdin closes, SIGTERM or SIGINT. Writes one line of JSON at the end.
import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const TIMEOUT_MS = 30_000;
const KEPT_FAILURES = 10;

/**
 * Sends `rate` requests a second until the signal, each begun on time whatever became of those before it, and waits for the
 * last answer. `mismatched`: answers in which web and api were of different versions.
 */
export const runLoad = async ({ url, rate = 50, signal }) => {
  const kept = new Agent({ keepAlive: true, maxSockets: 16 });
  const fresh = new Agent({ keepAlive: false });
  const result = { sent: 0, failed: 0, byWeb: {}, pairs: { mismatched: 0 }, keepAlive: 0, newConnection: 0, maxMs: 0, failures: [] };
  const underWay = new Set();
  const begin = performance.now();
  while (!signal.aborted) {
    const isKept = result.sent % 2 === 0;
    result.sent++;
    result[isKept ? 'keepAlive' : 'newConnection']++;
    const ask = askOnce(url, isKept ? kept : fresh, result).finally(() => underWay.delete(ask));
    underWay.add(ask);
    await sleep(Math.max(0, begin + (result.sent * 1000) / rate - performance.now()), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(underWay);
  kept.destroy();
  fresh.destroy();
  return { ...result, seconds: Math.round(performance.now() - begin) / 1000, maxMs: Math.round(result.maxMs) };
};

/** Sends one body in small pieces spread over `ms`. `ok`: it was taken whole, byte for byte. */
export const slowUpload = async ({ url, bytes = 500_000, ms = 10_000 }) => {
  const body = randomBytes(bytes);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const begin = performance.now();
  try {
    const { status, text } = await send(new URL('/upload', url), {
      method: 'POST',
      bytes,
      body: pieces(body, ms),
      timeout: ms + TIMEOUT_MS,
    });
    const answer = status === 200 ? JSON.parse(text) : {};
    const ok = answer.sha256 === sha256 && answer.bytes === bytes;
    return { status, web: answer.web ?? null, ok, ms: Math.round(performance.now() - begin), ...(ok ? {} : { error: text.slice(0, 200) }) };
  } catch (error) {
    return { status: null, web: null, ok: false, ms: Math.round(performance.now() - begin), error: error.code ?? error.message };
  }
};

const askOnce = async (url, agent, result) => {
  const begin = performance.now();
  try {
    const { status, text } = await send(new URL('/', url), { agent, timeout: TIMEOUT_MS });
    if (status !== 200) throw new Error(`status ${status}: ${text.slice(0, 100)}`);
    count(result, JSON.parse(text));
  } catch (error) {
    result.failed++;
    if (result.failures.length < KEPT_FAILURES) result.failures.push(error.code ?? error.message);
  }
  result.maxMs = Math.max(result.maxMs, performance.now() - begin);
};

const count = ({ byWeb, pairs }, { web, api }) => {
  if (web === undefined || api === undefined) throw new Error('an answer without versions');
  byWeb[web] = (byWeb[web] ?? 0) + 1;
  pairs[`${web}/${api}`] = (pairs[`${web}/${api}`] ?? 0) + 1;
  if (web !== api) pairs.mismatched++;
};

const send = (url, { method = 'GET', agent, bytes, body, timeout }) =>
  new Promise((resolve, reject) => {
    const headers = bytes === undefined ? {} : { 'content-length': bytes, 'content-type': 'application/octet-stream' };
    const request = httpRequest(url, { method, agent, headers }, async (answer) => {
      try {
        resolve({ status: answer.statusCode, text: (await answer.toArray()).join('') });
      } catch (error) {
        reject(error);
      }
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeout} ms`)), timeout);
    request.on('close', () => clearTimeout(timer));
    request.on('error', reject);
    write(request, body).catch((error) => request.destroy(error));
  });

const write = async (request, body) => {
  for await (const piece of body ?? []) request.write(piece);
  request.end();
};

async function* pieces(body, ms) {
  const count = Math.max(1, Math.min(200, Math.ceil(ms / 50)));
  const size = Math.ceil(body.length / count);
  for (let from = 0; from < body.length; from += size) {
    yield body.subarray(from, from + size);
    await sleep(ms / count);
  }
}

const untilAsked = (seconds) => {
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const name of ['SIGTERM', 'SIGINT']) process.once(name, end);
  if (seconds !== undefined) setTimeout(end, seconds * 1000).unref();
  else process.stdin.on('end', end).resume();
  return stop.signal;
};

const main = async () => {
  const option = { type: 'string' };
  const { values } = parseArgs({ options: { url: option, rate: option, seconds: option, 'upload-bytes': option, 'upload-ms': option } });
  const url = values.url ?? 'http://127.0.0.1:8080';
  const signal = untilAsked(values.seconds === undefined ? undefined : Number(values.seconds));
  const hasUpload = values['upload-bytes'] !== undefined || values['upload-ms'] !== undefined;
  const [load, upload] = await Promise.all([
    runLoad({ url, rate: Number(values.rate ?? 50), signal }),
    hasUpload ? slowUpload({ url, bytes: Number(values['upload-bytes'] ?? 500_000), ms: Number(values['upload-ms'] ?? 10_000) }) : null,
  ]);
  console.log(JSON.stringify({ ...load, upload }));
  process.exitCode = load.failed > 0 || upload?.ok === false ? 1 : 0;
  process.stdin.destroy();
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
