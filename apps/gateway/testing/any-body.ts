import fc from 'fast-check';

/** Names that objects have of their own, and others that have led programs astray. */
const ODD = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  ' ',
  '0',
  '-1',
  'a/b',
  '~',
  '\u0000',
  '\ud800',
];
const KNOWN = [
  'x-berth',
  'name',
  'services',
  'volumes',
  'secrets',
  'stack',
  'datasources',
  'deadline',
  'web',
  'api',
  'image',
  'build',
  'command',
];
const OF_SERVICE = [
  'environment',
  'deploy',
  'replicas',
  'resources',
  'limits',
  'memory',
  'cpus',
  'healthcheck',
  'test',
  'interval',
  'depends_on',
];
const OF_DOORS = [
  'ports',
  'traffic_matches',
  'tags',
  'strategy',
  'update',
  'type',
  'host',
  'address',
  'port',
  'container',
  'http',
  'links',
];
const NOTATIONS = [
  '',
  '10s',
  '1m30s',
  '1g',
  '0.5',
  '3000:80',
  '3000:80:443',
  '*.example.com',
  '_',
  'A=1',
  'redis',
  '"',
  '$',
  'shop',
  'web:1',
];

const key = fc.oneof(fc.constantFrom(...KNOWN, ...OF_SERVICE, ...OF_DOORS), fc.constantFrom(...ODD), fc.string());
const leaf = fc.oneof(
  fc.constantFrom(...NOTATIONS, ...ODD),
  fc.constantFrom(0, 1, -1, 0.1, 80, 1e21, 65536, true, false, null),
  fc.string(),
  fc.double(),
);

/** JSON that looks like a manifest from afar, as a parser gives it: a key `__proto__` is one like others. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

/** A manifest in which any value stands at any place. */
const nearly = fc.tuple(fc.constantFrom(...KNOWN, ...ODD), key, anything, key, anything).map(([name, one, a, two, b]) => ({
  compose: {
    'x-berth': Object.fromEntries([['stack', 'shop'], ...(one === 'stack' ? [] : [[one, b]])]),
    services: Object.fromEntries([
      [
        name,
        Object.fromEntries([
          ['image', 'web:1'],
          [two, a],
        ]),
      ],
    ]),
  },
}));
/** Only what stands in the environment, the images and the revision is odd. */
const surely = fc
  .record({ name: key, value: fc.string(), service: fc.constantFrom('web', 'constructor'), images: anything, revision: anything })
  .map(({ name, value, service, images, revision }) => ({
    compose: {
      name: 'shop',
      services: Object.fromEntries([[service, { image: 'web:1', environment: Object.fromEntries([[name, value]]) }]]),
    },
    ...(value.length % 2 === 0 ? {} : { images, revision }),
  }));

export const anyBody = fc.oneof(anything, nearly, surely, fc.jsonValue()).map(parsed);
