// The main job, shown: two versions of the shop, the second one under load; then the proof, measured and not asserted.
// ./quickstart prepares everything and calls this. Settings: BERTH_URL, BERTH_HOME, DOCKER_HOST.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLoad } from './load.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const door = 'http://127.0.0.1:8080';
const url = process.env.BERTH_URL;
const token = readFileSync(join(process.env.BERTH_HOME, 'token'), 'utf8').trim();

const say = (text) => console.log(`\n== ${text}`);
const row = (name, value) => console.log(`  ${name.padEnd(34)} ${value}`);

const run = async (args, env = {}) => {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const [code] = await once(child, 'close');
  if (code !== 0) process.exit(code ?? 1);
};

const ask = async (path) => {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

const allEvents = async () => {
  const events = [];
  for (;;) {
    const page = (await ask(`/v1/events?stack=shop&limit=1000&after=${events.at(-1)?.position ?? 0}`)).events;
    events.push(...page);
    if (page.length < 1000) return events;
  }
};

/** Until the log says so; a minute at most. */
const retired = async (version) => {
  const answer = await fetch(`${url}/v1/events?stack=shop&type=VersionRetired&after=0`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: AbortSignal.timeout(60_000),
  });
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) if (chunk.includes(`"version":${version}}`)) return;
};

const deploy = (version) =>
  run([join(root, 'dist/berth.mjs'), 'deploy', '-f', join(here, 'compose.yaml')], { SHOP_VERSION: String(version) });

const timeline = (events, deployment) => {
  const own = events.filter((event) => event.correlation === deployment || event.data.deployment === deployment);
  const begin = Date.parse(own[0].time);
  for (const event of own) {
    const { container, containers, placements, service, host } = event.data;
    const about = [
      service,
      placements?.map((p) => `${p.container} on ${p.host}`).join(', '),
      container,
      containers?.join(', '),
      !placements && host,
    ]
      .filter(Boolean)
      .join('  ');
    const seconds = ((Date.parse(event.time) - begin) / 1000).toFixed(2).padStart(6);
    console.log(`  +${seconds} s  ${String(event.position).padStart(5)}  ${event.type.padEnd(22)} ${about}`);
  }
};

const before = await allEvents();
const newest = Math.max(0, ...before.filter((event) => event.type === 'VersionCreated').map((event) => event.data.version));
const [v1, v2] = [newest + 1, newest + 2];

say('the base image of the example (from scratch: no registry is asked)');
await run([join(here, 'build-base.mjs')]);

say(`version ${v1}`);
await deploy(v1);

say(`steady load on ${door}: with and without keep-alive, and one slow upload`);
const load = startLoad({ url: door, rate: 40, upload: true });
await load.warm;
console.log(`requests are answered by version ${v1}, the upload runs`);

say(`version ${v2}, under that load`);
await deploy(v2);
await load.answered(String(v2), 100);
const result = await load.finish();

say('proof (measured)');
row('requests sent', result.sent);
console.log(`  failed requests: ${result.failed}`);
for (const [version, count] of Object.entries(result.byWeb)) row(`served by web of version ${version}`, count);
for (const [pair, count] of Object.entries(result.pairs)) {
  const [web, api] = pair.split('/');
  if (api) row(`web ${web} asked api ${api}`, count);
}
row('web asked api of another version', result.pairs.mismatched);
row(
  'slow upload',
  `${result.upload.bytes} bytes in ${(result.upload.ms / 1000).toFixed(1)} s, answered ${result.upload.status} by version ${result.upload.web}`,
);

console.log(`\nwaiting until nobody uses version ${v1} any more`);
await retired(v1);

say(`what happened, from the log: deployment of version ${v2}`);
const events = await allEvents();
timeline(events, events.findLast((event) => event.type === 'VersionPromoted').data.deployment);

say('ask further');
console.log(`  the shop       curl ${door}/
  events         BERTH_HOME=.berth ./berth events --stack shop
  live           BERTH_HOME=.berth ./berth events --follow
  containers     BERTH_HOME=.berth ./berth ps
  HTTP           curl -H "Authorization: Bearer $(cat .berth/token)" ${url}/v1/events?stack=shop
  once more      ./quickstart        (goes on with versions ${v2 + 1} and ${v2 + 2})
  all gone       ./quickstart --down`);

const isProven =
  result.failed === 0 &&
  result.pairs.mismatched === 0 &&
  result.upload.ok &&
  result.upload.web === String(v1) &&
  result.byWeb[v1] > 0 &&
  result.byWeb[v2] > 0;
if (!isProven) {
  console.error('\nthe proof does not hold: see the figures above');
  process.exit(1);
}
