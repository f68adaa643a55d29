// The main story against a composed Berth, as tools/check-compose.sh has started it. Usage: story.mjs PATH_OF_BERTH_COMMAND
// Prints a line a claim, and how many held.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLoad } from '../../examples/shop/load.mjs';

const [berthCommand] = process.argv.slice(2);
const { BERTH_HOME, BERTH_PORTS, SHOP_DOOR, DOCKER_HOST } = process.env;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const door = `http://127.0.0.1:${SHOP_DOOR}`;
const gateways = BERTH_PORTS.split('-').map((port) => `http://127.0.0.1:${port}`);
const run = promisify(execFile);
const SERVICES = ['gateway', 'scheduler', 'deployer', 'proxy-configurator', 'dns-central'];

const docker = async (...args) => (await run('docker', args, { maxBuffer: 1 << 26 })).stdout.trim();
const compose = async (...args) =>
  (await run('docker-compose', ['--log-level', 'ERROR', ...args], { cwd: root, maxBuffer: 1 << 26 })).stdout.trim();
const containersOf = async (service) => (await compose('ps', '-q', service)).split('\n').filter(Boolean);
const inspect = async (ids, format) => (await docker('inspect', '--format', format, ...ids)).split('\n');

const tally = { passed: 0, failed: 0 };
const claim = async (words, check) => {
  try {
    await check();
    tally.passed++;
    console.log(`ok    ${words}`);
  } catch (cause) {
    tally.failed++;
    console.log(`FAIL  ${words}\n      ${String(cause?.message ?? cause).replaceAll('\n', '\n      ')}`);
  }
};
const equal = (actual, expected) => {
  const [was, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (was !== wanted) throw new Error(`it is ${was}, not ${wanted}`);
};
const insist = (isSo, words) => {
  if (!isSo) throw new Error(words);
};

/** Asks again and again until it is so; `seconds` at most. */
const until = async (what, seconds, isSo) => {
  const end = performance.now() + seconds * 1000;
  let last = null;
  while (performance.now() < end) {
    last = await isSo().catch((cause) => cause);
    if (last === true) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`wait for ${what}: not after ${seconds} s (${last?.message ?? JSON.stringify(last)})`);
};

const areHealthy = async (service, count) => {
  const ids = await containersOf(service);
  const states = await inspect(ids, '{{.State.Health.Status}}');
  return ids.length === count && states.every((state) => state === 'healthy');
};

const env = (gateway, more = {}) => ({
  PATH: process.env.PATH,
  HOME: BERTH_HOME,
  BERTH_URL: gateway,
  BERTH_TOKEN: token,
  DOCKER_HOST,
  SHOP_DOOR,
  ...more,
});
const berth = (gateway, args, more) => run(process.execPath, [berthCommand, ...args], { env: env(gateway, more), maxBuffer: 1 << 26 });
const deploy = (gateway, version) =>
  berth(gateway, ['deploy', '-f', join(root, 'examples/shop/compose.yaml')], { SHOP_VERSION: `${version}` });
const events = async (gateway) => {
  const answer = await fetch(`${gateway}/v1/events?limit=1000`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()).events;
};
/** What went wrong with containers meanwhile is told beside: a machine that is too busy to check their health loses requests, too. */
const allAnswered = async ({ failed, sent, failures }) => {
  if (failed === 0) return;
  const causes = (await events(gateways[0]))
    .filter((event) => event.type === 'ContainerFailed')
    .map(({ data }) => `${data.container}: ${data.message}`);
  throw new Error(`${failed} of ${sent}: ${[...new Set(failures)].join('; ')}\n${causes.join('\n')}`);
};
const nginxMaster = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('nginx: master') &&
        readlinkSync(`/proc/${pid}/cwd`) === `${BERTH_HOME}/nginx`
      );
    } catch {
      return false;
    }
  });
const resolverPid = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`/usr/local/bin/node\0${BERTH_HOME}/run/resolver-`);
    } catch {
      return false;
    }
  });

for (const service of [...SERVICES, 'agent'])
  await claim(`${service} gets healthy`, () => until(service, 120, () => areHealthy(service, service === 'agent' ? 1 : 2)));
const token = await compose('exec', '-T', 'gateway', 'cat', '/run/berth/own/token');

await claim('the agent joins by a user of its own', () =>
  until('HostConnected', 30, async () =>
    (await events(gateways[0])).some((event) => event.type === 'HostConnected' && event.data.host === 'main'),
  ),
);
await claim('no password is in the description of a container', async () => {
  const all = await docker('inspect', ...(await compose('ps', '-q')).split('\n'));
  for (const path of ['own/migrate-database-url', 'own/token', 'own/broker-password', 'control/database-url']) {
    const secret = await compose('exec', '-T', 'gateway', 'cat', `/run/berth/${path}`);
    insist(secret.length >= 16 && !all.includes(secret), `${path} is`);
  }
});
await claim('every port is on the loopback', async () => {
  const ports = await docker('ps', '--format', '{{.Ports}}');
  for (const port of ports.split(/[\n,]/).filter((text) => text.includes('->'))) insist(port.trim().startsWith('127.0.0.1:'), port);
});
await claim('every service has a broker user of its own, with rights on its own queues', async () => {
  for (const service of SERVICES) {
    const connections = await compose('exec', '-T', 'broker', 'rabbitmqctl', '--quiet', 'list_connections', 'user', 'client_properties');
    const own = connections.split('\n').filter((line) => line.includes(`"${service} reads"`) || line.includes(`"${service} writes"`));
    insist(own.length === 4 && own.every((line) => line.startsWith(`berth-${service}\t`)), `${service}: ${own.join('\n')}`);
  }
  const scheduler = await compose('exec', '-T', 'broker', 'rabbitmqctl', '--quiet', 'list_user_permissions', 'berth-scheduler');
  insist(scheduler.includes('berth\t^((feed|turn|mail)\\.scheduler[./].+|'), scheduler);
});
await claim("the agent's user may not read what others get", async () => {
  const permissions = await compose('exec', '-T', 'broker', 'rabbitmqctl', '--quiet', 'list_permissions', '--vhost', 'berth');
  insist(/host-main\t\^mail\\\.host\/main\$\t\^berth\\\.mail\$\t\^mail\\\.host\/main\$/.test(permissions), permissions);
});

await run(process.execPath, [join(root, 'examples/shop/build-base.mjs')], { env: { ...process.env } });
await claim('deploys version 1', () => deploy(gateways[0], 1));

let load = startLoad({ url: door, rate: 40, upload: true });
await load.warm;
await claim('deploys version 2 under load, by the other gateway', () => deploy(gateways[1], 2));
await load.answered('2', 100);
let result = await load.finish();
console.log(`      ${result.sent} requests, by version ${JSON.stringify(result.byWeb)}`);
await claim('loses no request', () => allAnswered(result));
await claim('serves by both versions in turn', () => insist(result.byWeb[1] > 0 && result.byWeb[2] > 0, JSON.stringify(result.byWeb)));
await claim('lets every web find the api of its own version', () => equal(result.pairs.mismatched, 0));
await claim('ends the upload on the version on which it began', () => equal([result.upload.ok, result.upload.web], [true, '1']));
await claim('stops version 1 when nobody uses it any more', () =>
  until('VersionRetired', 60, async () =>
    (await events(gateways[0])).some((event) => event.type === 'VersionRetired' && event.data.version === 1),
  ),
);

const before = [nginxMaster(), resolverPid()];
load = startLoad({ url: door, rate: 40 });
await load.warm;
await claim('a new agent takes over while Nginx and the resolver go on', async () => {
  equal([before[0].length, before[1].length], [1, 1]);
  const [old] = await containersOf('agent');
  await compose('up', '--detach', '--no-build', '--no-deps', '--force-recreate', 'agent');
  insist((await containersOf('agent'))[0] !== old, 'it is the same container');
  await until('agent', 60, () => areHealthy('agent', 1));
  equal([nginxMaster(), resolverPid()], before);
});
await claim('deploys version 3 with one replica of each service killed', async () => {
  const victims = await Promise.all(
    SERVICES.filter((service) => service !== 'gateway').map(async (service) => (await containersOf(service))[0]),
  );
  const deployed = deploy(gateways[0], 3);
  await docker('kill', ...victims);
  await deployed;
});
await load.answered('3', 50);
result = await load.finish();
await claim('loses no request meanwhile', () =>
  insist(result.failed === 0, `${result.failed} of ${result.sent}: ${result.failures.join('; ')}`),
);
await claim('tells what runs', async () => insist((await berth(gateways[1], ['ps'])).stdout.includes('healthy'), 'nothing is healthy'));

console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
