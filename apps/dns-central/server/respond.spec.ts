import { Packet } from 'dns2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { Turns } from '#libs/domain/naming';
import { containerOf, History } from '#libs/testing/history';
import { CentralTables } from '../central-tables.ts';
import { respond } from './respond.ts';

/** Two versions of `shop`: version `v` has `api` at 10.64.v.1 and so on, and one `web` at 10.64.v.200. The first is promoted. */
const tablesWith = (replicas: number) => {
  const history = new History().joined('main');
  for (const version of [1, 2]) {
    history.deploying('shop', version, { api: {}, web: {} });
    history.placed('shop', version, 'api', new Array(replicas).fill('main')).placed('shop', version, 'web', ['main']);
    for (let slot = 1; slot <= replicas; slot++) run(history, containerOf('shop', version, 'api', slot), `10.64.${version}.${slot}`);
    run(history, containerOf('shop', version, 'web', 1), `10.64.${version}.200`);
    if (version === 1) history.promoted('shop', 1);
  }
  const tables = new CentralTables('berth.internal');
  tables.take(history.world, ['shop' as StackName]);
  return tables.tables;
};

const run = (history: History, container: string, address: string): void => {
  history.started('shop', container, { address }).healthy('shop', container);
};

const ask = (name: string, type: number = Packet.TYPE.A, subnet?: string): Uint8Array => {
  const packet = new Packet();
  packet.header = new Packet.Header({ id: 7, rd: 1 });
  packet.questions = [new Packet.Question({ name, type, class: 1 })];
  if (subnet) packet.additionals = [Packet.Resource.EDNS([Packet.Resource.EDNS.ECS(subnet)], { udpPayloadSize: 1232 })];
  return packet.toBuffer();
};

const answered = (replicas: number, bytes: Uint8Array, { from = '127.0.0.1', by = 'udp' as 'udp' | 'tcp' } = {}) => {
  const answer = respond(tablesWith(replicas), new Turns(), { bytes, from, by });
  if (answer === null) throw new Error('read the answer: there is none');
  const packet = Packet.parse(Buffer.from(answer));
  expect(packet.errors).toEqual([]);
  return { ...packet, bytes: answer, addresses: packet.answers.map(({ address }) => address) };
};

describe('respond', () => {
  it('answers as the container that the subnet names is answered', () => {
    expect(answered(1, ask('api.berth.internal', 1, '10.64.1.200/32')).addresses).toEqual(['10.64.1.1']);
    expect(answered(1, ask('api.berth.internal', 1, '10.64.2.200/32')).addresses).toEqual(['10.64.2.1']);
  });

  it('believes a subnet from this machine only, and whole addresses only', () => {
    const bytes = ask('api.shop.berth.internal', 1, '10.64.2.200/32');
    expect(answered(1, bytes, { from: '192.0.2.1' }).addresses).toEqual(['10.64.1.1']);
    expect(answered(1, ask('api.shop.berth.internal', 1, '10.64.2.200/24')).addresses).toEqual(['10.64.1.1']);
  });

  it('says no with AA, RA and an SOA, and refuses what is not its zone', () => {
    const nothing = answered(1, ask('api.shop.berth.internal', Packet.TYPE.AAAA));
    expect(nothing.header).toMatchObject({ rcode: 0, aa: 1, ra: 1 });
    expect(nothing.authorities[0]).toMatchObject({ name: 'berth.internal', type: Packet.TYPE.SOA, minimum: 1 });
    expect(answered(1, ask('nope.shop.berth.internal')).header.rcode).toBe(Packet.RCODE.NXDOMAIN);
    expect(answered(1, ask('example.com')).header.rcode).toBe(Packet.RCODE.REFUSED);
  });

  it('names the container of an address', () => {
    const { answers } = answered(1, ask('1.1.64.10.in-addr.arpa', Packet.TYPE.PTR));
    expect(answers.map(({ domain }) => domain?.endsWith('.api.shop.berth.internal'))).toEqual([true]);
  });

  it('sends the addresses that fit by UDP, with TC, and all by TCP', () => {
    const { header, bytes, addresses } = answered(100, ask('api.shop.berth.internal'));
    expect(header.tc).toBe(1);
    expect(addresses.length).toBeGreaterThan(20);
    expect(bytes.length).toBeLessThanOrEqual(512);
    expect(answered(100, ask('api.shop.berth.internal'), { by: 'tcp' }).addresses.length).toBe(100);
  });

  it('lets dns2 see neither answers nor malformed messages', () => {
    const say = (bytes: Uint8Array) => respond(tablesWith(0), new Turns(), { bytes, from: '127.0.0.1', by: 'udp' });
    const bytes = ask('api.shop.berth.internal');
    expect(say(Uint8Array.from(bytes).with(2, 0x80))).toBeNull();
    expect(say(bytes.slice(0, 11))).toBeNull();
    expect((say(Uint8Array.from(bytes).with(5, 2))?.[3] ?? 0) & 15).toBe(Packet.RCODE.FORMERR);
  });

  it('survives any bytes, and what it says can be read', () => {
    const tables = tablesWith(2);
    const turns = new Turns();
    const base = ask('api.shop.berth.internal', 1, '10.64.1.200/32');
    const change = fc.tuple(fc.nat(base.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
        const bytes = changes.reduce((copy, [at, octet]) => copy.with(at, octet), Uint8Array.from(base));
        const answer = respond(tables, turns, { bytes, from: '127.0.0.1', by: 'udp' });
        if (answer !== null) expect(Packet.parse(Buffer.from(answer)).errors).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
