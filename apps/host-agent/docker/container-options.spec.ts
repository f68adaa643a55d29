import { describe, expect, it } from 'vitest';
import type { HostId } from '#libs/contracts';
import { sealText } from '#libs/seals';
import { containerSpec } from '#libs/testing/container-spec';
import { containerOptions, resolvConfText } from './container-options.ts';
import { fingerprintOf } from './fingerprint.ts';

const key = new Uint8Array(32).fill(7);
const circumstances = {
  ...{ host: 'one' as HostId, network: 'berth', address: '10.64.0.10', resolvConf: '/var/lib/berth/agent/resolv.conf' },
  keys: { k1: Buffer.from(key).toString('base64') },
};
const environment = { GREETING: sealText('k1', key, new Uint8Array(12), 'hello') };

describe('containerOptions', () => {
  it('names the container, its labels, its network and its address', () => {
    const spec = containerSpec();
    expect(containerOptions(spec, circumstances)).toMatchObject({
      name: spec.container,
      Labels: { 'berth.container': spec.container, 'berth.host': 'one', 'berth.slot': '1', 'berth.spec': fingerprintOf(spec) },
      HostConfig: { NetworkMode: 'berth', Binds: ['/var/lib/berth/agent/resolv.conf:/etc/resolv.conf:ro'] },
      NetworkingConfig: { EndpointsConfig: { berth: { IPAMConfig: { IPv4Address: '10.64.0.10' } } } },
    });
  });

  it('opens the environment, which its labels and fingerprint hold sealed', () => {
    const options = containerOptions(containerSpec({ environment }), circumstances);
    expect(options.Env).toEqual(['GREETING=hello']);
    expect(JSON.stringify(options.Labels)).not.toContain('hello');
    expect(() => containerOptions(containerSpec({ environment }), { ...circumstances, keys: {} })).toThrow('no key is called k1');
  });

  it('gives no right to speak from a neighbour’s address, no published port and no restart by the engine', () => {
    const { HostConfig } = containerOptions(containerSpec(), circumstances);
    expect(HostConfig).toMatchObject({ CapDrop: ['NET_RAW', 'NET_ADMIN'], RestartPolicy: { Name: 'no' } });
    expect(HostConfig?.PortBindings).toBeUndefined();
  });

  it('leaves to the image what the spec does not say', () => {
    const options = containerOptions(containerSpec(), circumstances);
    for (const name of ['Cmd', 'Entrypoint', 'Healthcheck'] as const) expect(options[name]).toBeUndefined();
    expect(options.HostConfig?.Memory).toBeUndefined();
  });

  it('translates limits, grace and health check into the engine’s units', () => {
    const healthcheck = { command: ['CMD', '/ok'], intervalMs: 500, timeoutMs: 1000, retries: 3, startPeriodMs: 0 };
    const spec = containerSpec({ milliCpus: 250, memoryBytes: 2 ** 26, stopGraceMs: 1500, healthcheck });
    expect(containerOptions(spec, circumstances)).toMatchObject({
      StopTimeout: 2,
      HostConfig: { NanoCpus: 250_000_000, Memory: 2 ** 26 },
      Healthcheck: { Test: ['CMD', '/ok'], Interval: 500_000_000, Timeout: 1_000_000_000, Retries: 3, StartPeriod: 0 },
    });
  });
});

describe('fingerprintOf', () => {
  it('is the same for the same words in another order, and another for any other word', () => {
    const spec = containerSpec();
    const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;
    expect(fingerprintOf(reversed)).toBe(fingerprintOf(spec));
    expect(fingerprintOf({ ...spec, command: ['x'] })).not.toBe(fingerprintOf(spec));
  });
});

describe('resolvConfText', () => {
  it('names one resolver: the gateway', () => {
    expect(resolvConfText('10.64.0.1', 'berth.internal').match(/^nameserver .*$/gm)).toEqual(['nameserver 10.64.0.1']);
  });
});
