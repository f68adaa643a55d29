import { describe, expect, it } from 'vitest';
import { readResolverSettings } from './settings.ts';

const needed = ['--home=/var/lib/berth', '--listen=10.64.0.1'];

describe('readResolverSettings', () => {
  it('asks the name servers of the host unless it is told whom to ask', () => {
    expect(readResolverSettings(needed, {}).upstreams).toBeNull();
    expect(readResolverSettings([...needed, '--upstreams=192.0.2.1,192.0.2.2#54'], {}).upstreams).toEqual(['192.0.2.1', '192.0.2.2#54']);
  });

  it('asks nobody when it is told an empty list', () => {
    expect(readResolverSettings([...needed, '--upstreams='], {}).upstreams).toEqual([]);
  });

  it('fills in the port, the zone and the pool, and takes arguments before the environment', () => {
    const read = readResolverSettings([...needed, '--zone=a.internal'], { BERTH_ZONE: 'b.internal', BERTH_HOME: '/elsewhere' });
    expect(read).toMatchObject({ home: '/var/lib/berth', zone: 'a.internal', listen: { address: '10.64.0.1', port: 53 } });
    expect(read.pool).toEqual({ base: 0x0a400000, mask: 0xffc00000 });
  });

  it('lists every bad argument in one error', () => {
    const read = () => readResolverSettings(['--home=here', '--listen=nowhere', '--pool=10.64.0.0'], {});
    expect(read).toThrow(/absolute path[\s\S]*IPv4 address[\s\S]*range/);
  });
});
