import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDoors, type ServedDoors, writeDoors } from './doors-text.ts';

const word = fc.stringMatching(/^[a-z0-9.*:-]{1,20}$/);
const port = fc.integer({ min: 1, max: 65535 });
const server = fc.record({
  ...{ key: word, port, protocol: fc.constantFrom('http', 'https'), names: fc.array(word.filter((name) => name !== '-')), service: word },
  containerPort: port,
  path: fc.constantFrom('/', '/api', '/api/v2'),
});
const endpoint = fc.record({ container: word, host: word, address: fc.ipV4(), port });
const served = fc
  .tuple(fc.uniqueArray(server, { selector: ({ key }) => key }), fc.array(endpoint), fc.nat(), fc.integer({ min: 1, max: 9 }))
  .map(([servers, endpoints, position, incarnation]) => ({
    ...{ generation: { incarnation, position }, since: position * 1000, servers },
    endpoints: Object.fromEntries(servers.map(({ key }, index) => [key, index % 2 ? [] : endpoints])),
  })) as unknown as fc.Arbitrary<ServedDoors>;

it('reads what it wrote', () => {
  fc.assert(
    fc.property(served, (doors) => {
      expect(readDoors(writeDoors(doors))).toEqual(doors);
    }),
  );
});

it('refuses a word that is two', () => {
  const servers = [{ key: 'a b', port: 1, protocol: 'http', names: [], service: 'web', containerPort: 1, path: '/' }] as never;
  expect(() => writeDoors({ generation: { incarnation: 1, position: 1 }, since: 1, servers, endpoints: {} })).toThrow('is not one word');
});

it('reads what was written before doors had paths', () => {
  const [server] = readDoors('generation 1.1\nserver a:1:_ 1 http web 2 -\n').servers;
  expect(server).toMatchObject({ key: 'a:1:_', names: [], path: '/' });
});

it.each(['', 'generation 1\n', 'generation 1.1\nnonsense\n'])('refuses %j', (text) => {
  expect(() => readDoors(text)).toThrow('read doors');
});
