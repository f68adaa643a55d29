import { describe, expect, it } from 'vitest';
import { readCompose } from './normalise.ts';

const read = (...extensions: object[]) =>
  readCompose({
    name: 'shop',
    services: Object.fromEntries(extensions.map((extension, index) => [`s${index}`, { image: 'x', 'x-berth': extension }])),
  });

const portsOf = (extension: object) => Object.values(read(extension).manifest?.services ?? {})[0]?.ports;
const door = (port: number, ...names: string[]) => ({ port, protocol: 'http', names, path: '/' });
const under = (path: string, port: number, ...names: string[]) => ({ ...door(port, ...names), path });
const inside = (container: number, doors: object[], more: object = {}) => ({ container, doors, unopened: [], mapped: [], ...more });

describe('doors', () => {
  it.each([
    [{ ports: ['3000:80', 5000] }, [inside(3000, [door(80)]), inside(5000, [])]],
    [{ ports: ['3000:80', '3000:8080'] }, [inside(3000, [door(80), door(8080)])]],
    [{ ports: ['3000:80'], traffic_matches: ['A.com', '*.a.com', 'a.com'] }, [inside(3000, [door(80, 'a.com', '*.a.com')])]],
    [{ ports: ['3000:80'], traffic_matches: ['_'] }, [inside(3000, [door(80)])]],
    [{ ports: ['3000:80'], traffic_matches: ['_', 'a.com'] }, [inside(3000, [door(80, 'a.com'), door(80)])]],
    [
      { ports: ['3000:80'], traffic_matches: ['a.com/api/', 'b.com', 'b.com/api', '_/x'] },
      [inside(3000, [under('/api', 80, 'a.com', 'b.com'), door(80, 'b.com'), under('/x', 80)])],
    ],
    [{ ports: ['4000::8443'] }, [inside(4000, [], { unopened: [{ ...door(8443), protocol: 'https' }] })]],
    [{ ports: [{ container: 3000, http: '80' }] }, [inside(3000, [door(80)])]],
    [{ ports: [{ http: 80 }] }, [inside(80, [door(80)])]],
    [
      { ports: [{ container: 53, tcp: 53, udp: 5353 }] },
      [
        inside(53, [], {
          mapped: [
            { port: 53, protocol: 'tcp' },
            { port: 5353, protocol: 'udp' },
          ],
        }),
      ],
    ],
  ])('of %j', (extension, ports) => {
    expect(portsOf(extension)).toEqual(ports);
  });

  it('of two services may share a port under different names', () => {
    expect(
      read({ ports: ['1:80'], traffic_matches: ['a.com'] }, { ports: ['1:80'], traffic_matches: ['*.a.com'] }, { ports: ['1:80'] }).errors,
    ).toEqual([]);
  });

  it.each([
    [{ ports: ['1:80'] }, { ports: ['1:80'], traffic_matches: ['_'] }, 'every name'],
    [{ ports: ['1:80'], traffic_matches: ['a.com'] }, { ports: ['2:80'], traffic_matches: ['A.COM'] }, 'a.com'],
  ])('of %j and %j clash, and both places are named', (one, other, name) => {
    expect(read(one, other).errors).toEqual([
      expect.objectContaining({
        path: ['services', 's1', 'x-berth', 'ports', 0],
        other: ['services', 's0', 'x-berth', 'ports', 0],
        message: `opens port 80 for ${name}, which services.s0.x-berth.ports[0] opens already`,
      }),
    ]);
  });

  it.each([
    [['1:80', '2:80'], 'opens port 80 for every name'],
    [['1:80', '2::80'], 'opens port 80 for https, which services.s0.x-berth.ports[0] opens already for http'],
    [['1:80', { container: 2, tcp: 80 }], 'opens port 80 for tcp, which services.s0.x-berth.ports[0] opens already for http'],
    [
      [
        { container: 1, tcp: 80 },
        { container: 2, tcp: 80 },
      ],
      'opens port 80 for tcp, which services.s0.x-berth.ports[0] opens already',
    ],
  ])('of one service clash with each other as %j', (ports, message) => {
    expect(read({ ports }).errors.map((fault) => fault.message)).toEqual([expect.stringContaining(message)]);
  });

  it('of one name may lead to two services by paths, and to one of them by each path', () => {
    const web = { ports: ['1:80'], traffic_matches: ['a.com'] };
    expect(read(web, { ports: ['1:80'], traffic_matches: ['a.com/api'] }).errors).toEqual([]);
    expect(read({ ...web, traffic_matches: ['a.com/api'] }, { ports: ['1:80'], traffic_matches: ['A.com/api/'] }).errors).toEqual([
      expect.objectContaining({ message: 'opens port 80 for a.com under /api, which services.s0.x-berth.ports[0] opens already' }),
    ]);
  });

  it('of udp go beside those of tcp', () => {
    expect(read({ ports: [{ container: 53, tcp: 53, udp: 53 }] }).errors).toEqual([]);
  });
});

const readVariable = (host: string, extension: object = { ports: ['3000:80'] }) =>
  readCompose({ name: 'shop', services: { web: { image: 'x', environment: { VIRTUAL_HOST: host }, 'x-berth': extension } } });
const doorsBy = (host: string, ports?: unknown[]) =>
  Object.values(readVariable(host, { ports: ports ?? ['3000:80'] }).manifest?.services ?? {})[0]?.ports[0]?.doors;

describe('VIRTUAL_HOST', () => {
  it.each([
    ['', [door(80)]],
    ['A.com, *.b.com/api', [door(80, 'a.com'), under('/api', 80, '*.b.com')]],
    ['*', [door(80)]],
    ['http://a.com:80/', [door(80, 'a.com')]],
  ])('of %j opens', (host, doors) => {
    expect(doorsBy(host)).toEqual(doors);
  });

  it('may name the port of an entry', () => {
    expect(doorsBy('a.com, b.com:8080', ['3000:80', '3000:8080'])).toEqual([door(80, 'a.com'), door(8080, 'a.com', 'b.com')]);
  });

  it('never opens for every name a port that no entry names', () => {
    const { manifest, warnings } = readVariable('a.com:8080', { ports: ['3000:80'] });
    expect(Object.values(manifest?.services ?? {})[0]?.ports[0]?.doors).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      'names a.com at a port that x-berth.ports does not open',
      'names nothing at port 80, which stays shut',
    ]);
  });

  it('and x-berth.traffic_matches are not written both, and both places are named', () => {
    expect(readVariable('a.com', { ports: ['3000:80'], traffic_matches: ['a.com'] }).errors).toEqual([
      expect.objectContaining({
        path: ['services', 'web', 'x-berth', 'traffic_matches'],
        other: ['services', 'web', 'environment', 'VIRTUAL_HOST'],
        fix: expect.stringContaining('environment.VIRTUAL_HOST'),
      }),
    ]);
  });

  it('that can not be read is an error which does not repeat it', () => {
    const [error] = readVariable('a.com, hunter2 or so').errors;
    expect(error?.message).toBe('has an entry (number 2) that is not [scheme://]host[:port][/path]');
  });

  it('without a door is told', () => {
    expect(readVariable('a.com', {}).warnings[0]).toMatchObject({
      path: ['services', 'web', 'environment', 'VIRTUAL_HOST'],
      message: expect.stringContaining('no http door'),
    });
  });
});
