import { plain, type Row } from './row.ts';

const NAMED = { volumes: { data: null }, secrets: { key: null } };

export const top: readonly Row[] = [
  { key: 'name', state: 'supported', words: 'The name of the stack, unless `x-berth.stack` says another.', example: 'shop' },
  {
    key: 'services',
    state: 'supported',
    words: 'The services, by names that are DNS labels of up to 40 letters.',
    example: { web: { image: 'x' } },
  },
  {
    ...{ key: 'volumes', state: 'warned', words: 'Named volumes. Kept in the version; nothing is made or mounted yet.' },
    example: { data: null },
  },
  { key: 'volumes.*.external', state: 'supported', words: 'The volume is there before the stack is.', example: true },
  {
    ...{ key: 'volumes.*.driver_opts', state: 'refused', when: 'it leads to a folder of the host' },
    ...{ words: 'A folder of the host by another name.', example: { type: 'none', o: 'bind', device: '/etc' } },
  },
  {
    key: 'volumes.*.driver_opts',
    state: 'warned',
    when: 'anything else',
    words: 'legal Compose, not acted on',
    example: { type: 'tmpfs' },
  },
  ...plain('volumes.*', 'x', 'driver', 'labels', 'name'),
  {
    ...{
      key: 'secrets',
      state: 'warned',
      words: 'Names of secrets. Kept in the version, never with a value; containers are not given any yet.',
    },
    example: { key: { external: true } },
  },
  { key: 'secrets.*.external', state: 'supported', words: 'The secret is kept by Berth, or will be.', example: true },
  { key: 'secrets.*.file', state: 'warned', words: 'For docker compose only: Berth reads no secret from a file.', example: './key' },
  {
    key: 'secrets.*.environment',
    state: 'warned',
    words: 'For docker compose only: Berth reads no secret from a variable.',
    example: 'KEY',
  },
  ...plain('secrets.*', 'x', 'driver', 'driver_opts', 'labels', 'name', 'template_driver'),
  { key: 'x-berth', state: 'supported', words: 'What Compose has no word for, of the whole stack.', example: {} },
  { key: 'x-berth.stack', state: 'supported', words: 'The name of the stack; wins over `name`.', example: 'shop-staging' },
  { key: 'x-berth.deadline', state: 'supported', words: 'From the start of a deployment to its promotion; 10m.', example: '3m' },
  { key: 'x-berth.drain_timeout', state: 'supported', words: 'How long a leaving container may finish what it began; 5m.', example: '1h' },
  {
    ...{ key: 'x-berth.rebalance', state: 'supported' },
    words: '`auto`: containers move to hosts that join, one at a time, until each service is even; `off`.',
    example: 'auto',
  },
  {
    ...{ key: 'x-berth.datasources', state: 'supported', words: 'Databases and the like that are found by name and not deployed.' },
    example: [{ type: 'redis', address: '192.0.2.1' }],
  },
  ...datasourceRows(),
  { key: 'version', state: 'warned', words: 'Compose itself dropped it.', example: '3.8' },
  ...plain('', {}, 'configs', 'include', 'models', 'networks'),
].map((row) => (row.key.startsWith('x-berth') ? row : { beside: NAMED, ...row })) as readonly Row[];

function datasourceRows(): readonly Row[] {
  const at = 'x-berth.datasources[]';
  const beside = { 'x-berth': { datasources: [{ type: 'mysql', address: '192.0.2.1' }] } };
  const without = { 'x-berth': { datasources: [{ type: 'mysql' }] } };
  const types = '`mysql`, `postgresql`, `mongodb`, `redis`, `rabbitmq`, `elasticsearch` or `other`';
  return [
    { key: `${at}.type`, state: 'supported', words: `One of ${types}; it is found by this name.`, example: 'redis', beside },
    { key: `${at}.group`, state: 'supported', words: 'It is found as `<group>.<type>`.', example: 'main', beside },
    { key: `${at}.primary`, state: 'supported', words: 'Of several groups the one that `<type>` means.', example: true, beside },
    { key: `${at}.address`, state: 'supported', words: 'Its IPv4 address; either this or `host`.', example: '192.0.2.1', beside },
    { key: `${at}.host`, state: 'supported', words: 'Its DNS name; either this or `address`.', example: 'db.example.com', beside: without },
    { key: `${at}.port`, state: 'supported', words: 'Its port; the usual one of its type.', example: 5433, beside },
    { key: `${at}.tls`, state: 'supported', words: 'It wants TLS.', example: true, beside },
  ];
}
