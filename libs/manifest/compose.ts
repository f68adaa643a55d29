import { z } from 'zod';
import { datasourceType } from '#libs/contracts';
import { assignments, bytes, count, cpus, duration, flag, portForm, portNumber, serverName, tag, words } from './fields.ts';
import { composeObject, fail, guarded, ignored, ignoredKeys, NotActedOn } from './objects.ts';

/**
 * The one grammar of a compose.yaml: what Berth acts on, what it refuses, and every other key of the Compose
 * specification, which is answered with a warning. Shorthands come out in their long form; variables are resolved before.
 */

const text = z.string().min(1, 'must not be empty');

const build = z.preprocess(
  (value) => (typeof value === 'string' ? { context: value } : value),
  composeObject({
    context: text.default('.'),
    dockerfile: text.default('Dockerfile'),
    args: assignments.default({}),
    target: text.nullable().default(null),
    ...ignoredKeys(
      'additional_contexts',
      'cache_from',
      'cache_to',
      'dockerfile_inline',
      'entitlements',
      'extra_hosts',
      'isolation',
      'labels',
    ),
    ...ignoredKeys('network', 'no_cache', 'platforms', 'privileged', 'provenance', 'pull', 'sbom', 'secrets', 'shm_size', 'ssh', 'tags'),
    ...ignoredKeys('ulimits'),
  }),
);

const amounts = composeObject({ cpus: cpus.optional(), memory: bytes.optional(), ...ignoredKeys('pids', 'devices', 'generic_resources') });

const deploy = composeObject({
  replicas: count(0, 1000).default(1),
  resources: composeObject({ limits: amounts.optional(), reservations: amounts.optional() }).optional(),
  placement: ignored('write the tags that a host must have under x-berth.tags'),
  ...ignoredKeys('endpoint_mode', 'labels', 'mode', 'restart_policy', 'rollback_config', 'update_config'),
});

const probe = z.unknown().transform((value, ctx): string[] => {
  if (typeof value === 'string' && value.trim() !== '') return ['CMD-SHELL', value];
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (isList && value[0] === 'NONE') return ['NONE'];
  if (isList && value.length > 1 && (value[0] === 'CMD' || value[0] === 'CMD-SHELL')) return value;
  return fail(ctx, 'is not a health check', "write text for a shell, or a list: ['CMD', 'node', 'health.mjs']");
});

const healthcheck = composeObject({
  test: probe.optional(),
  interval: duration.default(30_000),
  timeout: duration.default(30_000),
  retries: count(1, 1000).default(3),
  start_period: duration.default(0),
  disable: flag.default(false),
  ...ignoredKeys('start_interval'),
});

const condition = z.unknown().transform((value, ctx): 'started' | 'healthy' => {
  if (value === 'service_started') return 'started';
  if (value === 'service_healthy') return 'healthy';
  return fail(ctx, 'is not a condition that Berth can wait for', 'write service_started or service_healthy');
});

const dependsOn = z.preprocess(
  (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? Object.fromEntries(value.map((name) => [name, { condition: 'service_started' }]))
      : value,
  z.record(z.string(), composeObject({ condition: condition.default('started'), ...ignoredKeys('required', 'restart') })),
);

const serviceExtension = composeObject({
  ports: z.array(portForm).default([]),
  traffic_matches: z.array(serverName).default([]),
  tags: z.array(tag).default([]),
});

const isNot = (harmless: readonly unknown[]) => (value: unknown) => !harmless.includes(value);
const hasItems = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null);
const is = (harmful: string) => (value: unknown) => value === harmful;

const mountsHost = (volume: unknown): boolean => {
  const { type, source } = typeof volume === 'string' ? { type: '', source: volume.split(':', 2) } : Object(volume);
  const from = Array.isArray(source) ? (source.length > 1 ? source[0] : '') : source;
  return type === 'bind' || (typeof from === 'string' && /^[/.~]/.test(from));
};

const opened = 'would open the host to the container, which Berth refuses';

const volumes = z.unknown().transform((value, ctx) => {
  const mount = Array.isArray(value) ? value.findIndex(mountsHost) : -1;
  if (mount < 0)
    return new NotActedOn(
      'are legal Compose, but Berth has none yet: what is written there goes with its container',
      'keep the data in a datasource',
    );
  return fail(ctx, 'mounts a folder of the host, which Berth refuses', 'copy the files into the image, or keep the data in a datasource', [
    mount,
  ]);
});

const service = composeObject({
  image: text.optional(),
  build: build.optional(),
  command: words.default(null),
  entrypoint: words.default(null),
  environment: assignments.default({}),
  deploy: deploy.optional(),
  healthcheck: healthcheck.optional(),
  depends_on: dependsOn.default({}),
  stop_grace_period: duration.default(10_000),
  'x-berth': serviceExtension.optional(),

  privileged: guarded(isNot([false, 'false', null]), opened, 'remove privileged'),
  cap_add: guarded(hasItems, opened, 'remove cap_add'),
  devices: guarded(hasItems, opened, 'remove devices'),
  network_mode: guarded(is('host'), opened, 'remove network_mode and name the port under x-berth.ports'),
  pid: guarded(is('host'), opened, 'remove pid'),
  ipc: guarded(is('host'), opened, 'remove ipc'),
  uts: guarded(is('host'), opened, 'remove uts'),
  userns_mode: guarded(is('host'), opened, 'remove userns_mode'),
  cgroup: guarded(is('host'), opened, 'remove cgroup'),
  use_api_socket: guarded(isNot([false, 'false', null]), opened, 'remove use_api_socket'),
  volumes: volumes.optional(),

  ports: ignored(
    'write the doors under x-berth.ports, for example "3000:80"',
    'publishes ports for docker compose only; Berth opens the doors of x-berth.ports',
  ),
  scale: ignored('write deploy.replicas'),
  env_file: ignored('write the values under environment', 'is not read by Berth: these variables are not set in the containers'),
  ...ignoredKeys('annotations', 'attach', 'blkio_config', 'cap_drop', 'cgroup_parent', 'configs', 'container_name', 'cpu_count'),
  ...ignoredKeys('cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus', 'cpuset'),
  ...ignoredKeys('credential_spec', 'develop', 'device_cgroup_rules', 'dns', 'dns_opt', 'dns_search', 'domainname', 'expose', 'extends'),
  ...ignoredKeys('external_links', 'extra_hosts', 'gpus', 'group_add', 'hostname', 'init', 'isolation', 'label_file', 'labels', 'links'),
  ...ignoredKeys('logging', 'mac_address', 'mem_limit', 'mem_reservation', 'mem_swappiness', 'memswap_limit', 'models', 'networks'),
  ...ignoredKeys('oom_kill_disable', 'oom_score_adj', 'pids_limit', 'platform', 'post_start', 'pre_stop', 'profiles', 'provider'),
  ...ignoredKeys('pull_policy', 'read_only', 'restart', 'runtime', 'secrets', 'security_opt', 'shm_size', 'stdin_open', 'stop_signal'),
  ...ignoredKeys('storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'user', 'volumes_from', 'working_dir'),
});

const datasource = composeObject({
  type: datasourceType,
  group: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 lower-case letters, digits and inner hyphens, beginning with a letter')
    .nullable()
    .default(null),
  primary: flag.default(false),
  host: text.nullable().default(null),
  address: z.ipv4('is not an IPv4 address').nullable().default(null),
  port: portNumber.optional(),
  tls: flag.default(false),
});

const stackExtension = composeObject({
  stack: text.optional(),
  datasources: z.array(datasource).default([]),
  deadline: duration.default(600_000),
  drain_timeout: duration.default(300_000),
});

export const compose = composeObject({
  name: text.optional(),
  services: z.record(z.string(), service),
  'x-berth': stackExtension.optional(),
  version: ignored('remove it: Compose itself dropped it', 'is obsolete'),
  ...ignoredKeys('configs', 'include', 'models', 'networks', 'secrets', 'volumes'),
});

export type Compose = z.infer<typeof compose>;
export type ComposeService = Compose['services'][string];
