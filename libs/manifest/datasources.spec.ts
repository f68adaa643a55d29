import { describe, expect, it } from 'vitest';
import { readCompose } from './normalise.ts';

const read = (datasources: object[], service = 'web') =>
  readCompose({ name: 'shop', services: { [service]: { image: 'x' } }, 'x-berth': { datasources } });

const errorsOf = (datasources: object[], service?: string) => read(datasources, service).errors.map(({ message }) => message);
const address = '10.0.0.5';

describe('datasources', () => {
  it('get the port of their type', () => {
    const types = ['mysql', 'postgresql', 'mongodb', 'redis', 'rabbitmq', 'elasticsearch', 'other'];
    const ports = read(types.map((type) => ({ type, address }))).manifest?.datasources.map(({ port }) => port);
    expect(ports).toEqual([3306, 5432, 27017, 6379, 5672, 9200, null]);
  });

  it('keep what is written', () => {
    const written = { type: 'mysql', group: 'main', primary: true, host: 'db.example.com', port: '3307', tls: true };
    expect(read([written]).manifest?.datasources).toEqual([{ ...written, port: 3307, address: null }]);
  });

  it('without a group are the primary ones of their type', () => {
    expect(read([{ type: 'redis', address }]).manifest?.datasources[0]).toMatchObject({ group: null, primary: true });
  });

  it.each([
    [[{ type: 'mysql' }], 'has neither host nor address'],
    [[{ type: 'mysql', host: 'a', address }], 'has both host and address'],
    [[{ type: 'mysql', address: 'db.example.com' }], 'is not an IPv4 address'],
    [
      [
        { type: 'mysql', address },
        { type: 'mysql', address },
      ],
      'would be found as mysql, which is taken already',
    ],
    [
      [
        { type: 'mysql', address },
        { type: 'mysql', group: 'main', primary: true, address },
      ],
      'would be found as mysql, which is taken already',
    ],
    [
      [
        { type: 'mysql', group: 'main', address },
        { type: 'mysql', group: 'main', address },
      ],
      'would be found as main.mysql, which is taken already',
    ],
  ])('%j are refused', (datasources, error) => {
    expect(errorsOf(datasources)).toEqual([error]);
  });

  it('and services are found by one set of names', () => {
    expect(errorsOf([{ type: 'redis', address }], 'redis')).toEqual(['would be found as redis, which is taken already']);
  });

  it('of one type may be many, each in its group, one of them primary', () => {
    const groups = [{ group: 'main', primary: true }, { group: 'reports' }];
    expect(errorsOf(groups.map((group) => ({ type: 'mysql', address, ...group })))).toEqual([]);
  });
});
