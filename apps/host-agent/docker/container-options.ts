import type { ContainerCreateOptions, HealthConfig, HostConfig } from 'dockerode';
import type { ContainerSpec, Healthcheck, HostId } from '#libs/contracts';
import { openText } from '#libs/seals';
import { fingerprintOf } from './fingerprint.ts';

export const LABELS = {
  container: 'berth.container',
  stack: 'berth.stack',
  service: 'berth.service',
  slot: 'berth.slot',
  version: 'berth.version',
  deployment: 'berth.deployment',
  host: 'berth.host',
  spec: 'berth.spec',
} as const;

export interface Circumstances {
  readonly host: HostId;
  readonly network: string;
  readonly address: string;
  /** Path on the host of what the container sees as `/etc/resolv.conf`. */
  readonly resolvConf: string;
  /** Base64 keys that open the environment. */
  readonly keys: Readonly<Record<string, string>>;
}

/** What the engine is asked to make. Throws `Rejected` when a sealed value can't be opened. */
export const containerOptions = (spec: ContainerSpec, circumstances: Circumstances): ContainerCreateOptions => ({
  name: spec.container,
  Image: spec.image,
  ...(spec.command === null ? {} : { Cmd: [...spec.command] }),
  ...(spec.entrypoint === null ? {} : { Entrypoint: [...spec.entrypoint] }),
  ...(spec.healthcheck === null ? {} : { Healthcheck: healthConfig(spec.healthcheck) }),
  Env: Object.entries(openEnvironment(spec, circumstances.keys)).map(([name, value]) => `${name}=${value}`),
  Labels: labelsOf(spec, circumstances.host),
  StopTimeout: Math.ceil(spec.stopGraceMs / 1000),
  HostConfig: hostConfig(spec, circumstances),
  NetworkingConfig: { EndpointsConfig: { [circumstances.network]: { IPAMConfig: { IPv4Address: circumstances.address } } } },
});

export const openEnvironment = (spec: ContainerSpec, keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(spec.environment).map(([name, sealed]) => [name, openText(keys, sealed)]));

/**
 * `ndots:1`: a dotted name is tried as it is first. Never a second nameserver: some C libraries take whichever answers first,
 * and the other one knows no versions.
 */
export const resolvConfText = (gateway: string, zone: string): string =>
  `nameserver ${gateway}\nsearch ${zone}\noptions ndots:1 timeout:1 attempts:3\n`;

const labelsOf = (spec: ContainerSpec, host: HostId): Record<string, string> => ({
  [LABELS.container]: spec.container,
  [LABELS.stack]: spec.stack,
  [LABELS.service]: spec.service,
  [LABELS.slot]: String(spec.slot),
  [LABELS.version]: String(spec.version),
  [LABELS.deployment]: spec.deployment,
  [LABELS.host]: host,
  [LABELS.spec]: fingerprintOf(spec),
});

const hostConfig = (spec: ContainerSpec, { network, resolvConf }: Circumstances): HostConfig => ({
  NetworkMode: network,
  Binds: [`${resolvConf}:/etc/resolv.conf:ro`],
  // The agent starts it again: its caller must be registered before it runs. See docs/decisions.
  RestartPolicy: { Name: 'no' },
  // With either of them it could speak from a neighbour's address, and callers are known by theirs.
  CapDrop: ['NET_RAW', 'NET_ADMIN'],
  LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
  ...(spec.milliCpus === null ? {} : { NanoCpus: spec.milliCpus * 1_000_000 }),
  ...(spec.memoryBytes === null ? {} : { Memory: spec.memoryBytes }),
});

const NANOSECONDS = 1_000_000;

const healthConfig = (check: Healthcheck): HealthConfig => ({
  Test: [...check.command],
  Interval: check.intervalMs * NANOSECONDS,
  Timeout: check.timeoutMs * NANOSECONDS,
  Retries: check.retries,
  StartPeriod: check.startPeriodMs * NANOSECONDS,
});
