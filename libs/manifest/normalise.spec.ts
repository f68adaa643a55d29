import { describe, expect, it } from 'vitest';
import { manifest as manifestSchema } from '#libs/contracts';
import { readCompose } from './normalise.ts';

const read = (web: object, more: object = {}) => readCompose({ name: 'shop', services: { web: { image: 'web', ...web } }, ...more });

const webOf = (web: object) => {
  const { manifest, errors } = read(web);
  expect(errors).toEqual([]);
  return Object.values(manifest?.services ?? {})[0];
};

const errorsOf = (web: object, more: object = {}) => read(web, more).errors.map(({ path, message }) => `${path.join('/')}: ${message}`);
const warningsOf = (web: object, more: object = {}) => read(web, more).warnings.map(({ path, message }) => `${path.join('/')}: ${message}`);

describe('a service', () => {
  it('gets every default, in the form of the contract', () => {
    const { manifest } = read({});
    expect(manifestSchema.parse(manifest)).toEqual({
      stack: 'shop',
      deadlineMs: 600_000,
      drainTimeoutMs: 300_000,
      datasources: [],
      volumes: {},
      secrets: [],
      services: {
        web: {
          image: 'web',
          command: null,
          entrypoint: null,
          environment: {},
          replicas: 1,
          ports: [],
          healthcheck: null,
          dependsOn: [],
          tags: [],
          strategy: 'HIGH_AVAILABILITY',
          resources: { milliCpus: null, memoryBytes: null },
          stopGraceMs: 10_000,
          spread: null,
          dnsBehaviour: 'versioned',
          loadBalancing: 'roundrobin',
          health: null,
          preStartSignal: null,
          preStopSequence: [],
          restartOnDeploy: true,
          deployCommand: null,
          links: [],
          update: { strategy: 'blue_green', promotion: 'immediate' },
          secrets: [],
          mounts: [],
        },
      },
    });
  });

  it.each([
    [{ command: "node 'my server.mjs'" }, { command: ['node', 'my server.mjs'] }],
    [{ command: ['a', 'b c'] }, { command: ['a', 'b c'] }],
    [{ entrypoint: [] }, { entrypoint: [] }],
    [{ environment: { A: 1, B: true, C: 'x' } }, { environment: { A: '1', B: 'true', C: 'x' } }],
    [{ environment: ['A=1', 'B=x=y', 'C='] }, { environment: { A: '1', B: 'x=y', C: '' } }],
    [{ deploy: { replicas: 3 } }, { replicas: 3 }],
    [{ deploy: { replicas: '0' } }, { replicas: 0 }],
    [{ deploy: { resources: { limits: { cpus: '0.5', memory: '64m' } } } }, { resources: { milliCpus: 500, memoryBytes: 67_108_864 } }],
    [{ deploy: { resources: { reservations: { cpus: 2 } } } }, { resources: { milliCpus: 2000, memoryBytes: null } }],
    [{ stop_grace_period: '1m' }, { stopGraceMs: 60_000 }],
    [{ 'x-berth': { tags: ['ssd', 'eu', 'ssd'] } }, { tags: ['eu', 'ssd'] }],
    [{ 'x-anything': { a: 1 } }, { image: 'web' }],
  ])('reads %j', (web, expected) => {
    expect(webOf(web)).toMatchObject(expected);
  });

  it.each([
    [{ test: 'curl -f localhost' }, ['CMD-SHELL', 'curl -f localhost']],
    [{ test: ['CMD', 'node', 'health.mjs'] }, ['CMD', 'node', 'health.mjs']],
    [{ test: ['NONE'] }, undefined],
    [{ test: 'x', disable: true }, undefined],
  ])('takes the health check %j', (healthcheck, command) => {
    expect(webOf({ healthcheck })?.healthcheck?.command).toEqual(command);
  });

  it('fills in the times of a health check as Compose does', () => {
    const healthcheck = webOf({ healthcheck: { test: 'true', interval: '2s' } })?.healthcheck;
    expect(healthcheck).toMatchObject({ intervalMs: 2000, timeoutMs: 30_000, retries: 3, startPeriodMs: 0 });
  });

  it('that is built and names no image is called after stack and service', () => {
    const { manifest, builds } = readCompose({
      name: 'shop',
      services: { web: { build: { context: './web', args: ['A=1'], target: 'run' } } },
    });
    expect(Object.values(manifest?.services ?? {})[0]?.image).toBe('shop-web');
    expect(builds).toEqual({ web: { context: './web', dockerfile: 'Dockerfile', args: { A: '1' }, target: 'run' } });
  });

  it('waits for others as it says', () => {
    const services = {
      web: { image: 'a', depends_on: { api: { condition: 'service_healthy' } } },
      api: { image: 'b', depends_on: ['db'] },
      db: { image: 'c' },
    };
    const read = Object.values(readCompose({ name: 'shop', services }).manifest?.services ?? {});
    expect(read.map(({ dependsOn }) => dependsOn)).toEqual([
      [{ service: 'api', condition: 'healthy' }],
      [{ service: 'db', condition: 'started' }],
      [],
    ]);
  });
});

describe('the stack', () => {
  it('is called as x-berth says, else as Compose says', () => {
    expect(read({}, { 'x-berth': { stack: 'shop-staging' } }).manifest?.stack).toBe('shop-staging');
    expect(read({}).manifest?.stack).toBe('shop');
  });

  it.each([
    [{ name: undefined }, ': the stack has no name'],
    [{ name: 'My Shop' }, 'name: is not a stack name'],
    [{ 'x-berth': { stack: 'a_b' } }, 'x-berth/stack: is not a stack name'],
  ])('is refused as %j', (more, error) => {
    expect(errorsOf({}, more)).toEqual([error]);
  });
});

describe('an error', () => {
  it.each([
    [{ imgae: 'x' }, 'services/web/imgae: is not a key that Compose or Berth knows; did you mean image?'],
    [{ 'x-bert': {} }, 'services/web/x-bert: is not a key that Compose or Berth knows; did you mean x-berth?'],
    [{ image: undefined }, 'services/web: has neither image nor build'],
    [{ image: 7 }, 'services/web/image: must be text'],
    [{ deploy: { replicas: 1.5 } }, 'services/web/deploy/replicas: is not a count'],
    [{ deploy: { replicas: 1001 } }, 'services/web/deploy/replicas: is not a count'],
    [{ stop_grace_period: 10 }, 'services/web/stop_grace_period: is not a time'],
    [{ environment: ['=x'] }, 'services/web/environment/0: is not NAME=value'],
    [{ environment: { A: { b: 1 } } }, 'services/web/environment/A: must be text, a number, true or false'],
    [{ command: 'say "hi' }, 'services/web/command: has a quote that is never closed'],
    [{ healthcheck: { test: ['CMD'] } }, 'services/web/healthcheck/test: is not a health check'],
    [{ depends_on: ['wep'] }, 'services/web/depends_on/wep: depends on wep, which is no service of this file; did you mean web?'],
    [{ depends_on: ['web'] }, 'services/web/depends_on/web: closes a circle: web → web'],
    [
      { depends_on: { web: { condition: 'service_completed_successfully' } } },
      'services/web/depends_on/web/condition: is not a condition that Berth can wait for',
    ],
    [{ 'x-berth': { ports: ['80/tcp'] } }, 'services/web/x-berth/ports/0: is not a port form'],
    [{ 'x-berth': { traffic_matches: ['a b'] } }, 'services/web/x-berth/traffic_matches/0: is not a server name, with or without a path'],
    [{ 'x-berth': { tags: ['a,b'] } }, 'services/web/x-berth/tags/0: is not a tag'],
  ])('is made of %j', (web, error) => {
    expect(errorsOf(web)).toEqual([error]);
  });

  it('is made of everything that opens the host', () => {
    const opening = { privileged: true, cap_add: ['NET_ADMIN'], devices: ['/dev/kvm'], network_mode: 'host', pid: 'host', ipc: 'host' };
    expect(
      read(opening)
        .errors.map(({ path }) => path.at(-1))
        .sort(),
    ).toEqual(Object.keys(opening).sort());
  });

  it.each(['/etc:/etc', './data:/data', '~/x:/x', { type: 'bind', source: '/a', target: '/b' }])('is made of the mount %j', (mount) => {
    expect(errorsOf({ volumes: ['data:/data', mount] }, { volumes: { data: null } })).toEqual([
      'services/web/volumes/1: mounts a folder of the host, which Berth refuses',
    ]);
  });

  it('names each of several faults', () => {
    expect(errorsOf({ imgae: 'x', privileged: true, 'x-berth': { ports: ['x'] } })).toHaveLength(3);
  });

  it.each([null, [], 'text', {}, { name: 'shop' }, { name: 'shop', services: {} }, { name: 'shop', services: { web: null } }])(
    'is made of the document %j',
    (document) => {
      const { manifest, errors } = readCompose(document);
      expect(manifest).toBeNull();
      expect(errors).toHaveLength(1);
    },
  );
});

describe('a warning', () => {
  it.each([
    [{ restart: 'always' }, 'services/web/restart: is legal Compose, but Berth does not act on it yet'],
    [{ ports: ['80:80'] }, 'services/web/ports: publishes ports for docker compose only; Berth opens the doors of x-berth.ports'],
    [
      { deploy: { update_config: {} } },
      'services/web/deploy/update_config: is read, but not acted on yet: a version is started whole beside the one before',
    ],
    [{ privileged: false }, 'services/web/privileged: is legal Compose, but Berth does not act on it yet'],
    [{ environment: ['A'] }, 'services/web/environment/A: has no value and is not set in the containers'],
    [
      { healthcheck: { interval: '1s' } },
      'services/web/healthcheck: has no test, and the check of the image is not used: Berth tries the first port instead',
    ],
    [
      { deploy: { resources: { limits: { cpus: 1 }, reservations: { cpus: 2 } } } },
      'services/web/deploy/resources/reservations/cpus: differs from the limit: Berth claims the limit when it chooses a host',
    ],
    [
      { 'x-berth': { traffic_matches: ['a.com'] } },
      'services/web/x-berth/traffic_matches: names servers, but the service has no http door',
    ],
  ])('is made of %j', (web, warning) => {
    expect(warningsOf(web)).toEqual([warning]);
  });

  it('is made of a top key that is not acted on', () => {
    expect(warningsOf({}, { networks: {}, version: '3' })).toEqual([
      'version: is obsolete',
      'networks: is legal Compose, but Berth does not act on it yet',
    ]);
  });

  it('is made of an https door, which is not opened', () => {
    const { manifest, warnings } = read({ 'x-berth': { ports: ['3000:80:443'] } });
    expect(Object.values(manifest?.services ?? {})[0]?.ports).toEqual([
      {
        container: 3000,
        doors: [{ port: 80, protocol: 'http', names: [], path: '/' }],
        unopened: [{ port: 443, protocol: 'https', names: [], path: '/' }],
        mapped: [],
      },
    ]);
    expect(warnings[0]?.message).toContain('https on port 443');
  });
});

it.each([
  ['auto', 'auto'],
  ['off', undefined],
])('rebalances by itself where x-berth.rebalance says %s: %s', (said, rebalance) => {
  expect(read({}, { 'x-berth': { rebalance: said } }).manifest?.rebalance).toBe(rebalance);
});

it('names the words that x-berth.rebalance has', () => {
  expect(errorsOf({}, { 'x-berth': { rebalance: 'atuo' } })).toEqual([expect.stringContaining('x-berth/rebalance: ')]);
});
