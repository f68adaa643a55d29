import { HEADER_BYTES, putU32, TTL, Type } from './codes.ts';
import { nameBytes } from './names.ts';
import type { Query } from './query.ts';
import { ASKED, type RecordBytes } from './reply.ts';

/** What resolvers need to remember a "no": without an SOA some ask on and some remember for ever. */
export const authorityRecord = (request: Uint8Array, query: Query, zone: string, serial: number): RecordBytes => ({
  owner: ancestor(request, query, query.name.endsWith(zone) ? zone.split('.').length : REVERSE_LABELS),
  type: Type.SOA,
  ttl: TTL,
  data: authorityData(zone, serial),
});

export const aliasRecord = (target: string): RecordBytes => ({ owner: ASKED, type: Type.CNAME, ttl: TTL, data: nameBytes(target) });

export const pointerRecord = (target: string): RecordBytes => ({ owner: ASKED, type: Type.PTR, ttl: TTL, data: nameBytes(target) });

/** Seconds of an SOA: secondaries do not exist, and nothing is remembered for longer than an answer. */
export const SOA_TIMES = { refresh: 60, retry: 1, expire: 60, minimum: TTL } as const;

export const authorityNames = (zone: string): { readonly primary: string; readonly admin: string } => ({
  primary: `ns.${zone}`,
  admin: `hostmaster.${zone}`,
});

/** `10.in-addr.arpa` */
const REVERSE_LABELS = 3;

const authorityData = (zone: string, serial: number): Uint8Array => {
  const { primary, admin } = authorityNames(zone);
  const names = [...nameBytes(primary), ...nameBytes(admin)];
  const data = new Uint8Array(names.length + 20);
  data.set(names);
  [serial, SOA_TIMES.refresh, SOA_TIMES.retry, SOA_TIMES.expire, SOA_TIMES.minimum].forEach((value, index) => {
    putU32(data, names.length + index * 4, value);
  });
  return data;
};

/** A pointer to the last labels of the asked name. */
const ancestor = (request: Uint8Array, query: Query, labels: number): number => {
  const starts: number[] = [];
  for (let at = HEADER_BYTES; (request[at] as number) !== 0 && at < query.end; at += 1 + (request[at] as number)) starts.push(at);
  return 0xc000 | (starts.at(-labels) ?? HEADER_BYTES);
};
