import { PLAIN, plain, type Row } from './row.ts';

const S = 'services.*';
const row = (key: string, words: string, example: unknown, more: Partial<Row> = {}): Row => ({
  ...{ key: `${S}.${key}`, state: 'supported', words, example },
  ...more,
});
const refused = (key: string, example: unknown, harmless?: unknown): readonly Row[] => [
  row(key, 'Would open the host to the container.', example, { state: 'refused', when: `\`${JSON.stringify(example)}\`` }),
  ...(harmless === undefined ? [] : [row(key, PLAIN, harmless, { state: 'warned' as const, when: 'anything else' })]),
];
const DATA = { volumes: { data: null } };
const KEY = { secrets: { key: null } };
const LIMIT = { services: { web: { deploy: { resources: { limits: {} } } } } };
const TEST = { services: { web: { healthcheck: { test: 'true' } } } };
const UPDATE = 'The version is started whole beside the one before, whatever this says.';

export const service: readonly Row[] = [
  row('image', 'What to run.', 'shop/web:7'),
  row('build', '`berth deploy` builds it; a folder, or the keys below.', '.'),
  row('build.context', 'The folder, relative to the file; `.`.', './web'),
  row('build.dockerfile', 'Relative to the context; `Dockerfile`.', 'Dockerfile.web'),
  row('build.args', 'Build arguments; a bare name takes its value from where the file is read.', { VERSION: '1' }),
  row('build.target', 'The stage to build.', 'run'),
  ...plain(
    `${S}.build`,
    [],
    'additional_contexts',
    'cache_from',
    'cache_to',
    'dockerfile_inline',
    'entitlements',
    'extra_hosts',
    'isolation',
  ),
  ...plain(
    `${S}.build`,
    [],
    'labels',
    'network',
    'no_cache',
    'platforms',
    'privileged',
    'provenance',
    'pull',
    'sbom',
    'secrets',
    'shm_size',
  ),
  ...plain(`${S}.build`, [], 'ssh', 'tags', 'ulimits'),
  row('command', 'Text is parted into words as a shell would, without one.', ['node', 'server.mjs']),
  row('entrypoint', 'As `command`.', '/bin/entry --quiet'),
  row('environment', 'Variables; their values are sealed before anything keeps them.', { MODE: 'fast' }),
  row('healthcheck', 'When a container is healthy. Without one: its first port accepts connections; without a port: it ran for 2 s.', {
    test: 'true',
  }),
  row('healthcheck.test', 'Text for a shell, or a list that begins with CMD, CMD-SHELL or NONE.', ['CMD', 'node', 'health.mjs']),
  row('healthcheck.interval', 'Between two tests; 30s.', '3s', { beside: TEST }),
  row('healthcheck.timeout', 'Of one test; 30s.', '3s', { beside: TEST }),
  row('healthcheck.retries', 'So many failures in a row; 3.', 5, { beside: TEST }),
  row('healthcheck.start_period', 'Failures before that do not count.', '10s', { beside: TEST }),
  row('healthcheck.disable', 'As if there were none.', true, { beside: TEST }),
  ...plain(`${S}.healthcheck`, '1s', 'start_interval'),
  row('depends_on', 'Who is started first and leaves last: a list, or the keys below.', ['api'], {
    beside: { services: { api: { image: 'y' } } },
  }),
  row('depends_on.*.condition', '`service_started` or `service_healthy`.', 'service_healthy'),
  row('depends_on.*.condition', 'Berth runs services that stay.', 'service_completed_successfully', {
    ...{ state: 'refused', when: '`service_completed_successfully`' },
  }),
  ...plain(`${S}.depends_on.*`, true, 'required', 'restart'),
  row('links', 'As `depends_on: [service]`.', ['api'], { when: '`service`', beside: { services: { api: { image: 'y' } } } }),
  row('links', 'The service is waited for; the alias is no name yet.', ['api:backend'], {
    ...{ state: 'warned', when: '`service:alias`', beside: { services: { api: { image: 'y' } } } },
  }),
  row('deploy', 'The keys below.', {}),
  row('deploy.replicas', 'So many containers; 1.', 2),
  row('deploy.resources', 'The keys below.', {}),
  row('deploy.resources.limits', 'What a container may use, and what is set aside for it.', {}),
  row('deploy.resources.limits.cpus', 'Cores.', '0.5'),
  row('deploy.resources.limits.memory', 'Bytes, or 256m, 1g.', '256m'),
  row('deploy.resources.reservations', 'Where there is no limit: what is set aside for a container.', {}),
  row('deploy.resources.reservations.cpus', 'Cores.', '0.5'),
  row('deploy.resources.reservations.memory', 'Bytes, or 256m, 1g.', '256m'),
  ...plain(`${S}.deploy.resources.limits`, [], 'pids', 'devices', 'generic_resources').map((one) => ({ ...one, beside: LIMIT })),
  ...plain(`${S}.deploy.resources.reservations`, [], 'pids', 'devices', 'generic_resources'),
  row(
    'deploy.update_config',
    `A rolling update, in Compose's words and with its defaults. Kept in the version. ${UPDATE}`,
    {},
    { state: 'warned' },
  ),
  ...updateRows('deploy.update_config', 'stop-first'),
  row('deploy.placement', 'Write the tags that a host must have under `x-berth.tags`.', {}, { state: 'warned' }),
  ...plain(`${S}.deploy`, {}, 'endpoint_mode', 'labels', 'mode', 'restart_policy', 'rollback_config'),
  row('stop_grace_period', 'Between TERM and KILL; 10s.', '1m'),
  row('volumes', 'Mounts of named volumes. Kept in the version; nothing is mounted yet.', ['data:/var/lib/x'], {
    state: 'warned',
    beside: DATA,
  }),
  row('volumes', 'Opens the host to the container.', ['./data:/data'], { state: 'refused', when: 'a folder of the host' }),
  row('volumes[].type', '`volume` or `tmpfs`.', 'volume', { beside: { services: { web: { volumes: [{ target: '/x' }] } } } }),
  row('volumes[].type', 'Opens the host to the container.', 'bind', {
    ...{ state: 'refused', when: '`bind`, `npipe`', beside: { services: { web: { volumes: [{ target: '/x' }] } } } },
  }),
  ...mountRows(),
  row('secrets', 'Secrets of the file, by name. Kept in the version; containers are not given any yet.', ['key'], {
    state: 'warned',
    beside: KEY,
  }),
  row('secrets[].source', 'The name of the secret.', 'key', { beside: KEY }),
  row('secrets[].target', 'The file; without a slash at its start under /run/secrets.', '/etc/key', {
    beside: { ...KEY, services: { web: { secrets: [{ source: 'key' }] } } },
  }),
  ...plain(`${S}.secrets[]`, '0', 'gid', 'mode', 'uid').map((one) => ({
    ...one,
    beside: { ...KEY, services: { web: { secrets: [{ source: 'key' }] } } },
  })),
  ...refused('privileged', true, false),
  ...refused('cap_add', ['NET_ADMIN'], []),
  ...refused('devices', ['/dev/kvm'], []),
  ...refused('network_mode', 'host', 'none'),
  ...refused('pid', 'host', 'service:web'),
  ...refused('ipc', 'host', 'private'),
  ...refused('uts', 'host', ''),
  ...refused('userns_mode', 'host', ''),
  ...refused('cgroup', 'host', 'private'),
  ...refused('use_api_socket', true, false),
  row('ports', 'Publishes ports for docker compose only: write the doors under `x-berth.ports`.', ['80:80'], { state: 'warned' }),
  row('scale', 'Write `deploy.replicas`.', 2, { state: 'warned' }),
  row('env_file', 'Is not read: write the values under `environment`.', '.env.web', { state: 'warned' }),
  ...plain(S, {}, 'annotations', 'attach', 'blkio_config', 'cap_drop', 'cgroup_parent', 'configs', 'container_name', 'cpu_count'),
  ...plain(S, {}, 'cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus', 'cpuset'),
  ...plain(S, {}, 'credential_spec', 'develop', 'device_cgroup_rules', 'dns', 'dns_opt', 'dns_search', 'domainname', 'expose', 'extends'),
  ...plain(S, {}, 'external_links', 'extra_hosts', 'gpus', 'group_add', 'hostname', 'init', 'isolation', 'label_file', 'labels', 'logging'),
  ...plain(S, {}, 'mac_address', 'mem_limit', 'mem_reservation', 'mem_swappiness', 'memswap_limit', 'models', 'networks'),
  ...plain(S, {}, 'oom_kill_disable', 'oom_score_adj', 'pids_limit', 'platform', 'post_start', 'pre_stop', 'profiles', 'provider'),
  ...plain(S, {}, 'pull_policy', 'read_only', 'restart', 'runtime', 'security_opt', 'shm_size', 'stdin_open', 'stop_signal'),
  ...plain(S, {}, 'storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'user', 'volumes_from', 'working_dir'),
];

/** The rest of a rolling update, under either of its two keys. A key of something that is not acted on is as good as its parent. */
export function updateRows(at: string, order: string): readonly Row[] {
  return [
    row(`${at}.parallelism`, 'Containers at a time; 1.', 2),
    row(`${at}.delay`, 'Between two steps; 0s.', '10s'),
    row(`${at}.monitor`, 'How long a new container is watched; 5s.', '30s'),
    row(`${at}.max_failure_ratio`, 'Failures that are borne, from 0 to 1; 0.', '0.5'),
    row(`${at}.failure_action`, '`pause`, `continue` or `rollback`.', 'rollback'),
    row(`${at}.order`, `\`start-first\` or \`stop-first\`; ${order}.`, 'start-first'),
  ];
}

function mountRows(): readonly Row[] {
  const beside = { ...DATA, services: { web: { volumes: [{ type: 'volume', target: '/x' }] } } };
  return [
    row('volumes[].source', 'A volume of the file.', 'data', { beside }),
    row('volumes[].target', 'The folder in the container.', '/var/lib/x', { beside }),
    row('volumes[].read_only', 'It is only read.', true, { beside }),
    ...plain(`${S}.volumes[]`, {}, 'bind', 'consistency', 'image', 'tmpfs', 'volume').map((one) => ({ ...one, beside })),
  ];
}
