import type { Row } from './row.ts';
import { updateRows } from './service.ts';

const row = (key: string, words: string, example: unknown, more: Partial<Row> = {}): Row => ({
  ...{ key: `services.*.x-berth${key === '' ? '' : `.${key}`}`, state: 'supported', words, example },
  ...more,
});
const berth = (extension: object) => ({ services: { web: { 'x-berth': extension } } });
const warned = { state: 'warned' } as const;

const probeRows = (name: string, when: string): readonly Row[] => [
  row(`health.${name}`, `When it is ${when}; the keys below.`, {}),
  row(`health.${name}.type`, '`http`, `https`, `tcp` or `exec`.', 'tcp'),
  row(`health.${name}.endpoint`, 'The path that is asked for; `/`.', '/healthz'),
  row(`health.${name}.port`, 'The port inside; the first one.', 3000),
  row(`health.${name}.command`, 'What `exec` runs.', 'node health.mjs', { beside: berth({ health: { [name]: { type: 'exec' } } }) }),
  row(`health.${name}.timeout`, 'Of one probe; 5s.', '2s'),
  row(`health.${name}.success_threshold`, 'So many good ones in a row; 1.', 2),
  row(`health.${name}.failure_threshold`, 'So many bad ones in a row; 1.', 3),
  row(`health.${name}.initial_delay`, 'Before the first probe; 1s.', '10s'),
  row(`health.${name}.period`, 'Between two probes; 5s.', '1s'),
  row(`health.${name}.http_headers`, 'Not kept: headers are often secret.', [{ name: 'X', value: 'y' }], warned),
];

export const extension: readonly Row[] = [
  row('', 'What Compose has no word for, of one service.', {}),
  row('ports', '`container:http:https`, or the keys below. A bare port is open inside only.', ['3000:80', '5000']),
  row('ports', 'Read and kept: Berth has no certificates yet.', ['3000:80:443'], { ...warned, when: 'with https' }),
  row('ports[].container', 'The port inside; without it the one outside, where there is one.', 3000),
  row('ports[].http', 'The port on which the proxies listen.', 80),
  row('ports[].https', 'As `http`, with TLS. Read and kept, not opened yet.', 443, warned),
  row(
    'ports[].tcp',
    'A port of the host, past the proxy: one container of the service a host. Read and kept, not mapped yet.',
    5432,
    warned,
  ),
  row('ports[].udp', 'As `tcp`.', 53, warned),
  row(
    'traffic_matches',
    'Which names and paths lead here: `example.com`, `*.example.com`, `example.com/api`, `_` for every other name.',
    ['a.com/api'],
    {
      beside: berth({ ports: ['3000:80'] }),
    },
  ),
  row('tags', 'A host must have all of them.', ['region=eu', 'ssd']),
  row('strategy', 'The host with the fewest containers of the service in this version.', 'HIGH_AVAILABILITY', {
    when: '`HIGH_AVAILABILITY`',
  }),
  row('strategy', 'Read and kept; placed by `HIGH_AVAILABILITY` until then.', 'EMPTIEST_NODE', {
    ...warned,
    when: '`EMPTIEST_NODE`, `EVERY_NODE`',
  }),
  row('spread', 'The key of a tag over whose values containers are spread before hosts. Read and kept.', 'region', warned),
  row(
    'single_writer',
    'Its container is not replaced for the silence of its host, until that is back or a person says that the machine is off. By default where a volume keeps it there.',
    true,
  ),
  row('dns_behaviour', 'Callers find containers of their own version.', 'versioned', { when: '`versioned`' }),
  row('dns_behaviour', 'Callers of every version find the promoted one.', 'non-versioned', { when: '`non-versioned`' }),
  row('load_balancing', 'A name answers with all addresses, in turns.', 'roundrobin', { when: '`roundrobin`' }),
  row('load_balancing', 'Read and kept; answered in turns until then.', 'sticky', { ...warned, when: '`sticky`, `closest`' }),
  row('health', '`default`, `none`, or the keys below. Read and kept: Berth goes by `healthcheck`.', 'default', warned),
  row('health.type', '`inbound`: Berth asks the container; `outbound`: the container tells.', 'inbound'),
  row('health.endpoint', 'The path that is asked for; `/`.', '/healthz'),
  row('health.protocol', '`http` or `https`.', 'https'),
  row('health.timeout', 'Until it must be healthy; 30s.', '1m'),
  row('health.accept', 'Good statuses; 200 and 300-399.', [200, '300-399']),
  ...probeRows('ready', 'led to'),
  ...probeRows('alive', 'left running'),
  ...probeRows('startup', 'up for the first time'),
  row(
    'pre_start_signal',
    'Sent to the containers of the version before when those of this one are about to start. Read and kept.',
    'USR2',
    warned,
  ),
  row('pre_stop_sequence', 'Waits and signals by turns instead of TERM. Read and kept.', '1m:USR2:30s:USR1:50s', warned),
  row('restart_on_deploy', 'Every version starts containers of its own.', true, { when: '`true`' }),
  row('restart_on_deploy', 'Read and kept; replaced until then.', false, { ...warned, when: '`false`' }),
  row('deploy_command', 'Run once a deployment. Read and kept.', 'node migrate.mjs', warned),
  row('update', 'All at once, beside the version before.', 'blue_green', { when: '`blue_green`' }),
  row('update', 'Read and kept; `blue_green` until then.', 'rolling', { ...warned, when: '`rolling`, `canary`' }),
  row('update.blue_green', 'The keys below.', {}),
  row('update.blue_green.promotion', 'At once when everything is ready.', 'immediate', { when: '`immediate`' }),
  row('update.blue_green.promotion', 'An operator promotes. Read and kept.', 'delayed', { ...warned, when: '`delayed`' }),
  row('update.rolling', "A few at a time, in the words of Compose's `update_config`. Read and kept.", {}, warned),
  ...updateRows('x-berth.update.rolling', 'start-first'),
  row('update.canary', 'A share of new visitors first. Read and kept.', {}, warned),
  row('update.canary.steps', 'Rising shares in percent; [10].', [5, 25, 50]),
  row('update.canary.wait', 'After each step; 5m.', '10m'),
  row('update.canary.promotion', '`immediate` after the last step, or `delayed`: an operator promotes.', 'delayed'),
];
