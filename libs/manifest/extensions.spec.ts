import { describe, expect, it } from 'vitest';
import { manifest as manifestSchema } from '#libs/contracts';
import { readCompose } from './normalise.ts';

const read = (extension: object, web: object = {}) =>
  readCompose({ name: 'shop', services: { web: { image: 'web', ...web, 'x-berth': extension } } });
const webOf = (extension: object, web: object = {}) => {
  const { manifest, errors } = read(extension, web);
  expect(errors).toEqual([]);
  return Object.values(manifestSchema.parse(manifest).services)[0];
};
const errorsOf = (extension: object, web: object = {}) =>
  read(extension, web).errors.map(({ path, message }) => `${path.slice(3).join('/')}: ${message}`);

const inbound = { kind: 'inbound', endpoint: '/', protocol: 'http', timeoutMs: 30_000, accept: expect.any(Array) };
const probe = {
  ...{ type: 'http', endpoint: '/', port: null, command: null, timeoutMs: 5000, successThreshold: 1, failureThreshold: 1 },
  ...{ initialDelayMs: 1000, periodMs: 5000 },
};
const rolling = { strategy: 'rolling', parallelism: 1, delayMs: 0, failureAction: 'pause', monitorMs: 5000, maxFailureRatio: 0 };

describe('x-berth', () => {
  it.each([
    [
      { strategy: 'EVERY_NODE', spread: 'region' },
      { strategy: 'EVERY_NODE', spread: 'region' },
    ],
    [{ single_writer: true }, { singleWriter: true }],
    [{ dns_behaviour: 'non-versioned' }, { dnsBehaviour: 'non-versioned' }],
    [{ load_balancing: 'closest' }, { loadBalancing: 'closest' }],
    [{ health: 'default' }, { health: inbound }],
    [{ health: {} }, { health: inbound }],
    [{ health: 'none' }, { health: { kind: 'none' } }],
    [
      { health: { type: 'inbound', endpoint: '/up', protocol: 'HTTPS', timeout: '5s', accept: [200, '400-499'] } },
      {
        health: {
          ...{ ...inbound, endpoint: '/up', protocol: 'https', timeoutMs: 5000 },
          accept: [
            { from: 200, to: 200 },
            { from: 400, to: 499 },
          ],
        },
      },
    ],
    [{ health: { type: 'outbound', timeout: '1m' } }, { health: { kind: 'outbound', timeoutMs: 60_000 } }],
    [
      { health: { ready: {}, alive: { type: 'tcp', port: 5000, period: '1s' } } },
      { health: { kind: 'probes', ready: probe, alive: { ...probe, type: 'tcp', port: 5000, periodMs: 1000 }, startup: null } },
    ],
    [{ pre_start_signal: 'USR2' }, { preStartSignal: 'USR2' }],
    [{ pre_stop_sequence: '1m:QUIT' }, { preStopSequence: [{ waitMs: 60_000 }, { signal: 'QUIT' }] }],
    [{ restart_on_deploy: false }, { restartOnDeploy: false }],
    [{ deploy_command: "node migrate.mjs 'all of it'" }, { deployCommand: ['node', 'migrate.mjs', 'all of it'] }],
    [{ update: 'blue_green' }, { update: { strategy: 'blue_green', promotion: 'immediate' } }],
    [{ update: { blue_green: { promotion: 'delayed' } } }, { update: { strategy: 'blue_green', promotion: 'delayed' } }],
    [{ update: 'rolling' }, { update: { ...rolling, order: 'start-first' } }],
    [
      { update: { rolling: { parallelism: '2', delay: '10s', max_failure_ratio: 0.5 } } },
      { update: { ...rolling, order: 'start-first', parallelism: 2, delayMs: 10_000, maxFailureRatio: 0.5 } },
    ],
    [{ update: 'canary' }, { update: { strategy: 'canary', steps: [10], waitMs: 300_000, promotion: 'immediate' } }],
    [
      { update: { canary: { steps: [5, 25], wait: '1h' } } },
      { update: { strategy: 'canary', steps: [5, 25], waitMs: 3_600_000, promotion: 'immediate' } },
    ],
  ])('reads %j', (extension, expected) => {
    expect(webOf(extension)).toMatchObject(expected);
  });

  it("takes Compose's update_config for a rolling update, with Compose's own order", () => {
    expect(webOf({}, { deploy: { update_config: { parallelism: 3 } } })?.update).toEqual({
      ...rolling,
      parallelism: 3,
      order: 'stop-first',
    });
  });

  it.each(
    [
      [{ strategy: 'HIGH_AVAILIBILITY' }, 'x-berth/strategy: has a value that is not known'],
      [{ spread: 'region=eu' }, 'x-berth/spread: is not the key of a tag'],
      [{ dns_behaviour: 'unversioned' }, 'x-berth/dns_behaviour: has a value that is not known'],
      [{ load_balancing: 7 }, 'x-berth/load_balancing: has a value that is not known'],
      [{ health: 'maybe' }, 'x-berth/health: has a value that is not known'],
      [{ health: { endpoint: 'up' } }, 'x-berth/health/endpoint: is not a path'],
      [
        { health: { type: 'outbound', accept: [200] } },
        'x-berth/health/accept: means nothing for outbound health, which the container tells by itself',
      ],
      [{ health: { ready: {}, timeout: '5s' } }, 'x-berth/health/timeout: stands beside ready, alive or startup, which have their own'],
      [{ health: { ready: { type: 'exec' } } }, 'x-berth/health/ready: is of type exec and has no command'],
      [{ health: { raedy: {} } }, 'x-berth/health/raedy: is not a key that Compose or Berth knows; did you mean ready?'],
      [{ pre_start_signal: 'SIGUSR1' }, 'x-berth/pre_start_signal: is not a signal that a container can be sent'],
      [{ pre_stop_sequence: '1m:30s' }, 'x-berth/pre_stop_sequence: is not a sequence of waits and signals'],
      [{ restart_on_deploy: 'no' }, 'x-berth/restart_on_deploy: is neither true nor false'],
      [{ update: 'recreate' }, 'x-berth/update: has a value that is not known'],
      [{ update: {} }, 'x-berth/update: names no way to update'],
      [{ update: { rolling: {}, canary: {} } }, 'x-berth/update: names several ways to update'],
      [{ update: { canary: { steps: [50, 10] } } }, 'x-berth/update/canary/steps: does not rise'],
      [{ update: { canary: { step: 10 } } }, 'x-berth/update/canary/step: is not a key that Compose or Berth knows; did you mean steps?'],
      [{ ports: [{ http: 80, https: 443 }] }, 'x-berth/ports/0: does not say which port of the container is meant'],
      [{ ports: [{}] }, 'x-berth/ports/0: names no port'],
      [{ ports: [{ container: 3000, http: 0 }] }, 'x-berth/ports/0/http: is not a port'],
      [{ ports: [null] }, 'x-berth/ports/0: is not a port form'],
    ].map(([extension, error]) => [extension as object, String(error).replace(/^x-berth\//, '')] as const),
  )('refuses %j', (extension, error) => {
    expect(errorsOf(extension)).toEqual([error]);
  });

  it('says how to update in one place', () => {
    expect(read({ update: 'canary' }, { deploy: { update_config: {} } }).errors).toEqual([
      expect.objectContaining({
        message: 'says how to update, and so does deploy.update_config',
        other: expect.arrayContaining(['update_config']),
      }),
    ]);
  });
});
