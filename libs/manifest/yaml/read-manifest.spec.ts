import { describe, expect, it } from 'vitest';
import { faultText, readManifest } from './index.ts';

const read = (text: string, env: Record<string, string> = {}, dotEnv = '') => readManifest(text, { file: 'compose.yaml', env, dotEnv });
const errorsOf = (text: string, env = {}) => read(text, env).errors.map(faultText);

const web = (...lines: string[]): string =>
  ['name: shop', 'services:', '  web:', '    image: x', ...lines.map((line) => `    ${line}`)].join('\n');

describe('the words of an error', () => {
  it('name file, line, column, place and fix', () => {
    expect(errorsOf(web('x-berth:', '  ports:', '    - "80:x"'))).toEqual([
      'compose.yaml:7:11 services.web.x-berth.ports[0]: is not a port form; write "container:http:https", for example "3000:80:443", "3000:80", "4000::8443" or "5000"; ports go from 1 to 65535',
    ]);
  });

  it('stand at an unknown key', () => {
    expect(errorsOf(web('enviroment: {A: 1}'))).toEqual([
      'compose.yaml:5:5 services.web.enviroment: is not a key that Compose or Berth knows; did you mean environment?; write environment',
    ]);
  });

  it('name both places of a clash', () => {
    const text = web('x-berth: {ports: ["1:80"]}', '', '').concat('\n  api:\n    image: y\n    x-berth: {ports: ["2:80"]}');
    expect(errorsOf(text)).toEqual([
      'compose.yaml:10:23 services.api.x-berth.ports[0]: opens port 80 for every name, which services.web.x-berth.ports[0] opens already (compose.yaml:5:23); use another port, or give the services different x-berth.traffic_matches',
    ]);
  });

  it.each([
    ['name: shop\nservices:\n  web:\n    image: x\n    image: y\n', 'compose.yaml:5:5 Map keys must be unique; remove one of the two'],
    [
      'name: shop\nservices: [',
      'compose.yaml:2:12 Flow sequence in block collection must be sufficiently indented and end with a ]; line it up with its neighbours',
    ],
    ['a: 1\n---\nb: 2', 'compose.yaml:2:1 a second document begins here; keep one document a file'],
    ['', 'compose.yaml:1:1 must be a map of keys and values; give it a map of keys and values'],
    ['services: {}', 'compose.yaml:1:1 the stack has no name; write name: at the top, or x-berth.stack'],
    ['a: *nobody', "compose.yaml:1:4 can't be read: Unresolved alias"],
  ])('of %j', (text, error) => {
    expect(errorsOf(text)[0]).toContain(error);
  });

  it('stand at the alias whose anchor holds the fault', () => {
    const text = 'x-common: &common\n  image: 7\nname: shop\nservices:\n  web: *common\n  api:\n    <<: *common\n';
    expect(read(text).errors.map(({ line, path }) => `${line} ${path}`)).toEqual(['2 services.web.image', '2 services.api.image']);
  });
});

describe('variables', () => {
  it('come from the environment, then from .env', () => {
    const { compose } = read(web('command: "$A $B"'), { A: 'env' }, 'A=file\nB=file');
    expect(compose).toMatchObject({ services: { web: { command: 'env file' } } });
  });

  it('may stand for numbers', () => {
    expect(Object.values(read(web(`deploy: {replicas: "\${N:-3}"}`)).manifest?.services ?? {})[0]?.replicas).toBe(3);
  });

  it('are told of at their place when they are not set', () => {
    expect(read(web(`command: \${NO}`)).warnings.map(faultText)).toEqual([
      `compose.yaml:5:14 services.web.command: uses the variable NO, which is not set: it became nothing; set NO, or write \${NO:-default}`,
    ]);
  });

  it('are passed through by a bare name', () => {
    const list = read(web('environment: [A, NO]'), { A: '1' });
    const map = read(web('environment: {A: , NO: }'), { A: '1' });
    expect([list, map].map(({ manifest }) => Object.values(manifest?.services ?? {})[0]?.environment)).toEqual([{ A: '1' }, { A: '1' }]);
    expect(map.warnings.map(({ path }) => path)).toEqual(['services.web.environment.NO']);
  });

  it('that are needed stop the reading', () => {
    expect(errorsOf(web(`command: "\${KEY:?give a key}"`))).toEqual([
      'compose.yaml:5:14 services.web.command: needs the variable KEY: give a key; set KEY in the environment or in .env',
    ]);
  });
});

it('leads a JSON pointer of the API back to the text', () => {
  expect(read(web('x-berth: {ports: ["1:80"]}')).locatePointer('/services/web/x-berth/ports/0')).toEqual({
    line: 5,
    column: 23,
    path: 'services.web.x-berth.ports[0]',
  });
});
