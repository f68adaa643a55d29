import { z } from 'zod';
import { serviceExtension } from './extensions.ts';
import { assignments, bytes, count, cpus, duration, flag, text, words } from './fields.ts';
import { anything, composeObject, fail, guarded, type Hint, ignored, ignoredKeys } from './objects.ts';
import { mounts, secretUses } from './storage.ts';
import { updateConfig } from './update.ts';

const build = z.union([
  text.transform((context) => ({ context, dockerfile: 'Dockerfile', args: {}, target: null })),
  composeObject({
    context: text.default('.'),
    dockerfile: text.default('Dockerfile'),
    args: assignments.default({}),
    target: text.nullable().default(null),
    ...ignoredKeys('additional_contexts', 'cache_from', 'cache_to', 'dockerfile_inline', 'entitlements', 'extra_hosts', 'isolation'),
    ...ignoredKeys('labels', 'network', 'no_cache', 'platforms', 'privileged', 'provenance', 'pull', 'sbom', 'secrets', 'shm_size', 'ssh'),
    ...ignoredKeys('tags', 'ulimits'),
  }),
]);

const amounts = composeObject({ cpus: cpus.optional(), memory: bytes.optional(), ...ignoredKeys('pids', 'devices', 'generic_resources') });

const deploy = composeObject({
  replicas: count(0, 1000).default(1),
  resources: composeObject({ limits: amounts.optional(), reservations: amounts.optional() }).optional(),
  update_config: updateConfig.optional(),
  placement: ignored('write the tags that a host must have under x-berth.tags'),
  ...ignoredKeys('endpoint_mode', 'labels', 'mode', 'restart_policy', 'rollback_config'),
});

const PROBE: Hint = {
  anyOf: [
    { type: 'string', pattern: '\\S' },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
  ],
};

const probe = anything(PROBE).transform((value, ctx): string[] => {
  if (typeof value === 'string' && value.trim() !== '') return ['CMD-SHELL', value];
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (isList && value[0] === 'NONE') return ['NONE'];
  if (isList && value.length > 1 && (value[0] === 'CMD' || value[0] === 'CMD-SHELL')) return value;
  return fail(ctx, 'is not a health check', "write text for a shell, or a list: ['CMD', 'node', 'health.mjs']");
});

const healthcheck = composeObject({
  test: probe.optional(),
  interval: duration.prefault('30s'),
  timeout: duration.prefault('30s'),
  retries: count(1, 1000).default(3),
  start_period: duration.prefault('0s'),
  disable: flag.default(false),
  ...ignoredKeys('start_interval'),
});

const CONDITIONS = { anyOf: [{ enum: ['service_started', 'service_healthy'] }, { type: 'string', pattern: '\\$' }] };

const condition = anything(CONDITIONS).transform((value, ctx): 'started' | 'healthy' => {
  if (value === 'service_started') return 'started';
  if (value === 'service_healthy') return 'healthy';
  return fail(ctx, 'is not a condition that Berth can wait for', 'write service_started or service_healthy');
});

const dependsOn = z.union([
  z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, { condition: 'started' as const }]))),
  z.record(z.string(), composeObject({ condition: condition.prefault('service_started'), ...ignoredKeys('required', 'restart') })),
]);

const opened = 'would open the host to the container, which Berth refuses';
const guardedFlag = (key: string) =>
  guarded({
    isHarmful: (value) => ![false, 'false', null].includes(value as never),
    ...{ message: opened, fix: `remove ${key}`, hint: { enum: [false, 'false', null] } },
  });
const guardedList = (key: string) =>
  guarded({
    isHarmful: (value) => (Array.isArray(value) ? value.length > 0 : value !== null),
    ...{ message: opened, fix: `remove ${key}`, hint: { type: ['array', 'null'], maxItems: 0 } },
  });
const guardedMode = (key: string, fix = `remove ${key}`) =>
  guarded({ isHarmful: (value) => value === 'host', message: opened, fix, hint: { type: ['string', 'null'], pattern: '^(?!host$)' } });

export const service = composeObject({
  image: text.optional(),
  build: build.optional(),
  command: words.default(null),
  entrypoint: words.default(null),
  environment: assignments.default({}),
  deploy: deploy.optional(),
  healthcheck: healthcheck.optional(),
  depends_on: dependsOn.default({}),
  links: z.array(text).default([]),
  stop_grace_period: duration.prefault('10s'),
  volumes: mounts.default([]),
  secrets: secretUses.default([]),
  'x-berth': serviceExtension.optional(),

  privileged: guardedFlag('privileged'),
  cap_add: guardedList('cap_add'),
  devices: guardedList('devices'),
  network_mode: guardedMode('network_mode', 'remove network_mode and name the port under x-berth.ports'),
  pid: guardedMode('pid'),
  ipc: guardedMode('ipc'),
  uts: guardedMode('uts'),
  userns_mode: guardedMode('userns_mode'),
  cgroup: guardedMode('cgroup'),
  use_api_socket: guardedFlag('use_api_socket'),

  ports: ignored(
    'write the doors under x-berth.ports, for example "3000:80"',
    'publishes ports for docker compose only; Berth opens the doors of x-berth.ports',
  ),
  scale: ignored('write deploy.replicas'),
  env_file: ignored('write the values under environment', 'is not read by Berth: these variables are not set in the containers'),
  ...ignoredKeys('annotations', 'attach', 'blkio_config', 'cap_drop', 'cgroup_parent', 'configs', 'container_name', 'cpu_count'),
  ...ignoredKeys('cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus', 'cpuset'),
  ...ignoredKeys('credential_spec', 'develop', 'device_cgroup_rules', 'dns', 'dns_opt', 'dns_search', 'domainname', 'expose', 'extends'),
  ...ignoredKeys('external_links', 'extra_hosts', 'gpus', 'group_add', 'hostname', 'init', 'isolation', 'label_file', 'labels', 'logging'),
  ...ignoredKeys('mac_address', 'mem_limit', 'mem_reservation', 'mem_swappiness', 'memswap_limit', 'models', 'networks'),
  ...ignoredKeys('oom_kill_disable', 'oom_score_adj', 'pids_limit', 'platform', 'post_start', 'pre_stop', 'profiles', 'provider'),
  ...ignoredKeys('pull_policy', 'read_only', 'restart', 'runtime', 'security_opt', 'shm_size', 'stdin_open', 'stop_signal'),
  ...ignoredKeys('storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'user', 'volumes_from', 'working_dir'),
});
