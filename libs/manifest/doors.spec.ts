import { describe, expect, it } from 'vitest';
import { readCompose } from './normalise.ts';

const read = (...extensions: object[]) =>
  readCompose({
    name: 'shop',
    services: Object.fromEntries(extensions.map((extension, index) => [`s${index}`, { image: 'x', 'x-berth': extension }])),
  });

const portsOf = (extension: object) => Object.values(read(extension).manifest?.services ?? {})[0]?.ports;
const door = (port: number, ...names: string[]) => ({ port, protocol: 'http', names });

describe('doors', () => {
  it.each([
    [
      { ports: ['3000:80', 5000] },
      [
        { container: 3000, doors: [door(80)] },
        { container: 5000, doors: [] },
      ],
    ],
    [{ ports: ['3000:80', '3000:8080'] }, [{ container: 3000, doors: [door(80), door(8080)] }]],
    [{ ports: ['3000:80'], traffic_matches: ['A.com', '*.a.com', 'a.com'] }, [{ container: 3000, doors: [door(80, 'a.com', '*.a.com')] }]],
    [{ ports: ['3000:80'], traffic_matches: ['_'] }, [{ container: 3000, doors: [door(80)] }]],
    [{ ports: ['4000::8443'] }, [{ container: 4000, doors: [] }]],
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

  it('of one service clash with each other', () => {
    expect(read({ ports: ['1:80', '2:80'] }).errors).toHaveLength(1);
  });
});
