import { describe, expect, it } from 'vitest';
import { readCompose } from './normalise.ts';

const read = (web: object, top: object = { volumes: { data: null }, secrets: { key: { external: true } } }) =>
  readCompose({ name: 'shop', services: { web: { image: 'web', ...web } }, ...top });
const webOf = (web: object) => Object.values(read(web).manifest?.services ?? {})[0];
const errorsOf = (web: object, top?: object) => read(web, top).errors.map(({ path, message }) => `${path.join('/')}: ${message}`);

const data = { volume: 'data', target: '/var/lib/x', readOnly: false };

describe('volumes', () => {
  it.each([
    ['data:/var/lib/x', [data]],
    ['data:/var/lib/x:ro', [{ ...data, readOnly: true }]],
    ['/var/cache', []],
    [{ type: 'volume', source: 'data', target: '/var/lib/x', read_only: true, volume: { nocopy: true } }, [{ ...data, readOnly: true }]],
    [{ type: 'tmpfs', target: '/tmp' }, []],
  ])('are mounted as %j', (mount, mounts) => {
    expect(webOf({ volumes: [mount] })?.mounts).toEqual(mounts);
  });

  it('are kept by name', () => {
    expect(read({}, { volumes: { data: null, old: { external: true } } }).manifest?.volumes).toEqual({
      data: { isExternal: false },
      old: { isExternal: true },
    });
  });

  it.each([
    ['date:/x', 'services/web/volumes/0: uses the volume date, which this file does not name; did you mean data?'],
    ['data:x', 'services/web/volumes/0: is not a mount'],
    ['data:/x:rx', 'services/web/volumes/0: is not a mount'],
    ['../x:/x', 'services/web/volumes/0: mounts a folder of the host, which Berth refuses'],
    [{ type: 'npipe', source: 'x', target: '/x' }, 'services/web/volumes/0: mounts a folder of the host, which Berth refuses'],
    [{ type: 'volume', source: '/etc', target: '/x' }, 'services/web/volumes/0: mounts a folder of the host, which Berth refuses'],
    [{ type: 'cluster', source: 'x', target: '/x' }, 'services/web/volumes/0/type: is a kind of mount that Berth does not know'],
    [{ type: 'volume', source: 'data', target: 'x' }, 'services/web/volumes/0/target: is not a path in the container'],
  ])('are refused as %j', (mount, error) => {
    expect(errorsOf({ volumes: [mount] })).toEqual([error]);
  });

  it('are not put at one place twice', () => {
    expect(errorsOf({ volumes: ['data:/x', '/x'] })).toEqual(['services/web/volumes/1: is put at /x, where something is already']);
  });

  it.each([{ type: 'none', o: 'bind', device: '/etc' }, { device: '/etc' }, { o: 'rbind' }])(
    'never lead to a folder of the host by %j',
    (options) => {
      expect(errorsOf({}, { volumes: { data: { driver_opts: options } } })).toEqual([
        'volumes/data/driver_opts: mounts a folder of the host, which Berth refuses',
      ]);
    },
  );

  it('tell once that nothing is mounted yet', () => {
    expect(read({ volumes: ['data:/a', 'data:/b'] }).warnings.map(({ path }) => path.join('/'))).toContain('services/web/volumes');
  });
});

describe('secrets', () => {
  it.each([
    ['key', { secret: 'key', target: '/run/secrets/key' }],
    [{ source: 'key' }, { secret: 'key', target: '/run/secrets/key' }],
    [
      { source: 'key', target: 'api.key', mode: 0o400 },
      { secret: 'key', target: '/run/secrets/api.key' },
    ],
    [
      { source: 'key', target: '/etc/api.key' },
      { secret: 'key', target: '/etc/api.key' },
    ],
  ])('are used as %j', (use, kept) => {
    expect(webOf({ secrets: [use] })?.secrets).toEqual([kept]);
  });

  it('are kept by name alone', () => {
    const { manifest, warnings } = read({}, { secrets: { b: { file: './hunter2' }, a: null } });
    expect(manifest?.secrets).toEqual(['a', 'b']);
    expect(JSON.stringify(manifest)).not.toContain('hunter2');
    expect(warnings.map(({ path }) => path.join('/'))).toEqual(['secrets/b/file', 'secrets']);
  });

  it('that the file does not name are refused', () => {
    expect(errorsOf({ secrets: ['kye'] })).toEqual([
      'services/web/secrets/0: uses the secret kye, which this file does not name; did you mean key?',
    ]);
  });
});

describe('links', () => {
  const services = (links: string[], more: object = {}) =>
    readCompose({ name: 'shop', services: { web: { image: 'x', links, ...more }, api: { image: 'y' } } });

  it('lead to services, which are waited for', () => {
    const web = Object.values(services(['api', 'api:backend', 'db.data:db']).manifest?.services ?? {})[0];
    expect(web?.links).toEqual([
      { service: 'api', stack: null, alias: 'api' },
      { service: 'api', stack: null, alias: 'backend' },
      { service: 'db', stack: 'data', alias: 'db' },
    ]);
    expect(web?.dependsOn).toEqual([{ service: 'api', condition: 'started' }]);
  });

  it('leave a stronger dependency as it is', () => {
    const web = Object.values(services(['api'], { depends_on: { api: { condition: 'service_healthy' } } }).manifest?.services ?? {})[0];
    expect(web?.dependsOn).toEqual([{ service: 'api', condition: 'healthy' }]);
  });

  it('with an alias are told of, others not', () => {
    expect(services(['api', 'db.data:db']).warnings).toEqual([]);
    expect(services(['api:backend']).warnings).toEqual([expect.objectContaining({ path: ['services', 'web', 'links'] })]);
  });

  it.each([
    ['a b', 'is not a link'],
    ['api:x:y', 'is not a link'],
    ['apu', 'links to apu, which is no service of this file; did you mean api?'],
    ['web', 'closes a circle: web → web'],
  ])('are refused as %j', (link, message) => {
    expect(services([link]).errors.map((fault) => fault.message)).toEqual([message]);
  });
});
