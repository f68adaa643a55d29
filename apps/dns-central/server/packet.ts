import type Dns from 'dns2';
import { Packet } from 'dns2';
import {
  answer,
  authorityNames,
  type Caller,
  type Query,
  Rcode,
  SOA_TIMES,
  type Tables,
  TTL,
  type Turns,
  UDP_MOST,
} from '#libs/domain/naming';

interface Asked {
  readonly tables: Tables;
  readonly turns: Turns;
  readonly request: Dns.Packet;
  readonly query: Query;
  readonly caller: Caller | null;
}

/** The answer as dns2 writes it, by the rules of the hosts' resolvers. Names of others are refused: nobody recurses here. */
export const packetOf = ({ tables, turns, request, query, caller }: Asked): Dns.Packet => {
  const found = answer(tables, caller, query);
  const say = (rcode: number, answers: Dns.Packet.Resource[], authorities: Dns.Packet.Resource[] = []): Dns.Packet =>
    respondTo(request, query, { rcode, answers, authorities });
  const named = (fields: Partial<Dns.Packet.Resource>): Dns.Packet.Resource => record(request.questions[0]?.name ?? '', fields);
  switch (found.kind) {
    case 'addresses': {
      const { addresses, key } = found.pool;
      const first = turns.take(key) % addresses.length;
      const turned = [...addresses.slice(first), ...addresses.slice(0, first)];
      return say(
        Rcode.NOERROR,
        turned.map((address) => named({ type: Packet.TYPE.A, address })),
      );
    }
    case 'alias':
      return say(Rcode.NOERROR, [named({ type: Packet.TYPE.CNAME, domain: found.target })]);
    case 'pointer':
      return say(Rcode.NOERROR, [named({ type: Packet.TYPE.PTR, domain: found.target })]);
    case 'authority':
      return say(Rcode.NOERROR, [soa(tables)]);
    case 'nothing':
      return say(Rcode.NOERROR, [], [soa(tables)]);
    case 'unknown':
      return say(Rcode.NXDOMAIN, [], [soa(tables)]);
    case 'unready':
      return say(Rcode.SERVFAIL, []);
    case 'foreign':
      return say(Rcode.REFUSED, []);
  }
};

const respondTo = (
  request: Dns.Packet,
  query: Query,
  { rcode, answers, authorities }: { rcode: number; answers: Dns.Packet.Resource[]; authorities: Dns.Packet.Resource[] },
): Dns.Packet => {
  const packet = Packet.createResponseFromRequest(request);
  // RA though nobody recurses: with neither AA nor RA glibc takes a server for a lame one.
  Object.assign(packet.header, { aa: rcode === Rcode.REFUSED ? 0 : 1, ra: 1, rcode });
  packet.answers = answers;
  packet.authorities = authorities;
  if (query.edns !== null) packet.additionals = [Packet.Resource.EDNS([], { udpPayloadSize: UDP_MOST })];
  return packet;
};

const record = (name: string, fields: Partial<Dns.Packet.Resource>): Dns.Packet.Resource =>
  new Packet.Resource({ name, class: Packet.CLASS.IN, ttl: TTL, ...fields });

const soa = ({ zone, serial }: Tables): Dns.Packet.Resource => {
  const { refresh, retry, expire, minimum } = SOA_TIMES;
  return record(zone, { type: Packet.TYPE.SOA, ...authorityNames(zone), serial, refresh, retry, expiration: expire, minimum });
};
