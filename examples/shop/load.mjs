// Asks the shop at a steady rate, every other time over a new connection, and counts who answered.
//   node load.mjs --url http://127.0.0.1:8080 [--rate 50] [--seconds 10] [--upload-bytes 500000 --upload-ms 20000]
// Without --seconds it goes on until stdin closes, SIGTERM or SIGINT. Writes one line of JSON at the end.
import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const TIMEOUT_MS = 30_000;
const KEPT_FAILURES = 10;
const LONGEST_UPLOAD_MS = 600_000;

/**
 * Load that goes on until `finish` is called, with one slow upload over all of it where `upload` is set. `warm` resolves once
 * requests are answered and the upload is under way; `answered` waits until a version of web has answered so many.
 */
export const startLoad = ({ url, rate = 50, upload = false }) => {
  const stop = new AbortController();
  const watch = new EventEmitter();
  let seen = {};
  const onAnswer = (byWeb) => {
    seen = byWeb;
    watch.emit('answer');
  };
  const load = runLoad({ url, rate, signal: stop.signal, onAnswer });
  const isTrue = async (claim) => {
    while (!claim()) await once(watch, 'answer');
  };
  const uploaded = upload ? slowUpload({ url, signal: stop.signal }) : null;
  return {
    warm: isTrue(() => Object.values(seen).reduce((a, b) => a + b, 0) >= rate / 2),
    answered: (version, count) => isTrue(() => (seen[version] ?? 0) >= count),
    finish: async () => {
      stop.abort();
      return { ...(await load), upload: await uploaded };
    },
  };
};

/**
 * Sends `rate` requests a second until the signal, each begun on time whatever became of those before it, and waits for the
 * last answer. `mismatched`: answers in which web and api were of different versions.
 */
export const runLoad = async ({ url, rate = 50, signal, onAnswer = () => undefined }) => {
  const kept = new Agent({ keepAlive: true, maxSockets: 16 });
  const fresh = new Agent({ keepAlive: false });
  const result = { sent: 0, failed: 0, byWeb: {}, pairs: { mismatched: 0 }, keepAlive: 0, newConnection: 0, maxMs: 0, failures: [] };
  const underWay = new Set();
  const begin = performance.now();
  while (!signal.aborted) {
    const isKept = result.sent % 2 === 0;
    result.sent++;
    result[isKept ? 'keepAlive' : 'newConnection']++;
    const ask = askOnce(url, isKept ? kept : fresh, result).finally(() => {
      underWay.delete(ask);
      onAnswer(result.byWeb);
    });
    underWay.add(ask);
    await sleep(Math.max(0, begin + (result.sent * 1000) / rate - performance.now()), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(underWay);
  kept.destroy();
  fresh.destroy();
  return { ...result, seconds: Math.round(performance.now() - begin) / 1000, maxMs: Math.round(result.maxMs) };
};

/** Sends one body in small pieces: `bytes` spread over `ms`, or until the signal. `ok`: it was taken whole, byte for byte. */
export const slowUpload = async ({ url, bytes = 500_000, ms = 10_000, signal = null }) => {
  const sent = { hash: createHash('sha256'), bytes: 0 };
  const begin = performance.now();
  const outcome = (rest) => ({ ...rest, bytes: sent.bytes, ms: Math.round(performance.now() - begin) });
  try {
    const pieces = signal ? piecesUntil(signal) : piecesOver(bytes, ms);
    const timeout = signal ? LONGEST_UPLOAD_MS : ms + TIMEOUT_MS;
    const { status, text } = await send(new URL('/upload', url), { method: 'POST', body: noted(pieces, sent), timeout });
    const answer = status === 200 ? JSON.parse(text) : {};
    const ok = answer.sha256 === sent.hash.digest('hex') && answer.bytes === sent.bytes;
    return outcome({ status, web: answer.web ?? null, ok, ...(ok ? {} : { error: text.slice(0, 200) }) });
  } catch (error) {
    return outcome({ status: null, web: null, ok: false, error: error.code ?? error.message });
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

const send = (url, { method = 'GET', agent, body, timeout }) =>
  new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/octet-stream' };
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

async function* piecesOver(bytes, ms) {
  const count = Math.max(1, Math.min(200, Math.ceil(ms / 50)));
  const size = Math.ceil(bytes / count);
  for (let left = bytes; left > 0; left -= size) {
    yield randomBytes(Math.min(size, left));
    await sleep(ms / count);
  }
}

async function* piecesUntil(signal) {
  while (!signal.aborted) {
    yield randomBytes(2000);
    await sleep(50, undefined, { signal }).catch(() => undefined);
  }
}

async function* noted(pieces, sent) {
  for await (const piece of pieces) {
    sent.hash.update(piece);
    sent.bytes += piece.length;
    yield piece;
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
