import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerId, Datasource, HostId, NamedEndpoint, NamesPart, ServiceName, StackName } from '#libs/contracts';
import { type Answer, answer } from './answer.ts';
import { network } from './network.ts';
import { type Caller, emptyTables, type Tables, withCallers, withPart } from './tables.ts';
import { Type } from './wire/index.ts';

const pool = network('10.64.0.0/10');

const endpoint = (container: string, address: string): NamedEndpoint => ({
  container: container as ContainerId,
  host: 'main' as HostId,
  address,
});

const part = (fields: Partial<Omit<NamesPart, 'stack'>> & { stack?: string }): NamesPart => ({
  generation: { incarnation: 1, position: 7 },
  promoted: 1,
  versions: {},
  unversioned: {},
  callers: {},
  datasources: [],
  ...fields,
  stack: (fields.stack ?? 'shop') as StackName,
});

const caller = (version: number, stack = 'shop'): Caller => ({
  stack: stack as StackName,
  service: 'web' as ServiceName,
  container: `${stack}-web-1-a-${version}` as ContainerId,
  version,
  host: 'main' as HostId,
});

const tablesOf = (...parts: readonly NamesPart[]): Tables => parts.reduce(withPart, emptyTables('berth.internal', pool));

const datasource = (fields: Partial<Datasource>): Datasource => ({
  ...{ type: 'mysql', group: null, primary: true, host: null, address: null, port: null, tls: false },
  ...fields,
});

/** Addresses joined by a space, or the kind of the answer. */
const found = (tables: Tables, who: Caller | null, name: string, type: number = Type.A): string => {
  const answered = answer(tables, who, { name, type });
  return answered.kind === 'addresses' ? answered.pool.addresses.join(' ') : textOf(answered);
};

const textOf = (answered: Answer): string => ('target' in answered ? `${answered.kind} ${answered.target}` : answered.kind);

const v1 = [endpoint('shop-api-1-a-1', '10.64.0.11'), endpoint('shop-api-2-a-1', '10.64.0.12')];
const v2 = [endpoint('shop-api-1-b-1', '10.64.0.21')];
const both = tablesOf(part({ versions: { 1: { api: v1, web: [] }, 2: { api: v2, web: [] } } }));

describe('answer to a caller of the stack', () => {
  it('gives each version its own containers', () => {
    expect(found(both, caller(1), 'api.berth.internal')).toBe('10.64.0.11 10.64.0.12');
    expect(found(both, caller(2), 'api.berth.internal')).toBe('10.64.0.21');
    expect(found(both, caller(2), 'api.shop.berth.internal')).toBe('10.64.0.21');
  });

  it('gives a superseded version the promoted containers where it has none left', () => {
    const tables = tablesOf(part({ promoted: 2, versions: { 1: { api: [] }, 2: { api: v2 } } }));
    expect(found(tables, caller(1), 'api.berth.internal')).toBe('10.64.0.21');
  });

  it('gives callers of every version the promoted containers of a service that is not versioned', () => {
    const tables = tablesOf(part({ versions: { 1: { api: v1 }, 2: { api: v2 } }, unversioned: { 1: ['api'], 2: ['api'] } }));
    expect(found(tables, caller(2), 'api.berth.internal')).toBe('10.64.0.11 10.64.0.12');
    expect(found(tables, caller(1), 'api.berth.internal')).toBe('10.64.0.11 10.64.0.12');
    const promoted = tablesOf(part({ promoted: 2, versions: { 1: { api: v1 }, 2: { api: v2 } }, unversioned: { 1: ['api'], 2: ['api'] } }));
    expect(found(promoted, caller(1), 'api.berth.internal')).toBe('10.64.0.21');
  });

  it('asks the manifest of the caller whether a service is versioned', () => {
    const tables = tablesOf(part({ versions: { 1: { api: v1 }, 2: { api: v2 } }, unversioned: { 1: ['api'] } }));
    expect(found(tables, caller(2), 'api.berth.internal')).toBe('10.64.0.21');
  });

  it('gives the own containers of a service that is not versioned while the promoted version has none', () => {
    const first = tablesOf(part({ promoted: null, versions: { 1: { api: v1 } }, unversioned: { 1: ['api'] } }));
    expect(found(first, caller(1), 'api.berth.internal')).toBe('10.64.0.11 10.64.0.12');
    const added = tablesOf(part({ versions: { 1: {}, 2: { api: v2 } }, unversioned: { 2: ['api'] } }));
    expect(found(added, caller(2), 'api.berth.internal')).toBe('10.64.0.21');
  });

  it('gives a version nothing of another one before it is promoted', () => {
    const tables = tablesOf(part({ versions: { 1: { api: v1 }, 2: { api: [] } } }));
    expect(found(tables, caller(2), 'api.berth.internal')).toBe('nothing');
    expect(found(tables, caller(3), 'api.berth.internal')).toBe('nothing');
  });

  it('lets a kept container call as the version that the table says', () => {
    const tables = tablesOf(part({ promoted: 2, versions: { 1: { api: v1 }, 2: { api: v2 } }, callers: { [caller(1).container]: 2 } }));
    expect(found(tables, caller(1), 'api.berth.internal')).toBe('10.64.0.21');
  });

  it('says that a name exists when it has no record of the type, and that it does not when nothing has it', () => {
    expect(found(both, caller(1), 'api.berth.internal', Type.AAAA)).toBe('nothing');
    expect(found(both, caller(1), 'web.berth.internal')).toBe('nothing');
    expect(found(both, caller(1), 'nope.berth.internal')).toBe('unknown');
    expect(found(both, caller(1), 'constructor.berth.internal')).toBe('unknown');
    expect(found(both, caller(1), '*.berth.internal')).toBe('unknown');
  });

  it('can say nothing before the stack has a table', () => {
    expect(found(both, caller(1, 'blog'), 'api.berth.internal')).toBe('unready');
  });
});

describe('answer to others', () => {
  it('gives callers of other stacks the promoted version by the full name only', () => {
    const tables = tablesOf(part({ versions: { 1: { api: v1 }, 2: { api: v2 } } }), part({ stack: 'blog' }));
    expect(found(tables, caller(1, 'blog'), 'api.shop.berth.internal')).toBe('10.64.0.11 10.64.0.12');
    expect(found(tables, caller(1, 'blog'), 'api.berth.internal')).toBe('unknown');
  });

  it('gives strangers the promoted version, and nothing before there is one', () => {
    expect(found(both, null, 'api.shop.berth.internal')).toBe('10.64.0.11 10.64.0.12');
    const early = tablesOf(part({ promoted: null, versions: { 1: { api: v1 } } }));
    expect(found(early, null, 'api.shop.berth.internal')).toBe('nothing');
  });

  it('prefers the own stack where a service is called like a stack', () => {
    const own = part({ stack: 'blog', versions: { 1: { 'api.shop': [], shop: [endpoint('blog-shop-1-a-1', '10.64.0.31')] } } });
    expect(found(tablesOf(part({}), own), caller(1, 'blog'), 'shop.berth.internal')).toBe('10.64.0.31');
  });
});

describe('answer about the zone itself', () => {
  it('knows its authority, its stacks and nothing else', () => {
    expect(found(both, null, 'berth.internal', Type.SOA)).toBe('authority');
    expect(found(both, null, 'berth.internal')).toBe('nothing');
    expect(found(both, null, 'shop.berth.internal')).toBe('nothing');
    expect(found(both, null, 'blog.berth.internal')).toBe('unknown');
    expect(found(both, null, 'api.berth.internal.berth.internal')).toBe('unknown');
  });

  it('leaves other zones to others, also those that only end alike', () => {
    for (const name of ['example.com', 'notberth.internal', 'internal', '', 'x\uff0eberth.internal']) {
      expect(found(both, null, name)).toBe('foreign');
    }
  });

  it('names the container of an address, and the name leads back', () => {
    expect(found(both, caller(1), '12.0.64.10.in-addr.arpa', Type.PTR)).toBe('pointer 2-a-1.api.shop.berth.internal');
    expect(found(both, caller(1), '2-a-1.api.shop.berth.internal')).toBe('10.64.0.12');
    expect(found(both, caller(1), '12.0.64.10.in-addr.arpa')).toBe('nothing');
    expect(found(both, caller(1), '99.0.64.10.in-addr.arpa', Type.PTR)).toBe('unknown');
    expect(found(both, caller(1), '8.8.8.8.in-addr.arpa', Type.PTR)).toBe('foreign');
  });

  it('names a caller that is not in service', () => {
    const tables = withCallers(both, { '10.64.0.40': caller(1) });
    expect(found(tables, null, '40.0.64.10.in-addr.arpa', Type.PTR)).toBe('pointer 1-a-1.web.shop.berth.internal');
  });
});

describe('answer about datasources', () => {
  const named = (...datasources: readonly Datasource[]): Tables => tablesOf(part({ versions: { 1: {} }, datasources }));

  it('gives the primary by the type and replicas apart', () => {
    const tables = named(datasource({ address: '10.9.0.1' }), datasource({ address: '10.9.0.2', primary: false }));
    expect(found(tables, caller(1), 'mysql.berth.internal')).toBe('10.9.0.1');
    expect(found(tables, caller(1), 'replica.mysql.berth.internal')).toBe('10.9.0.2');
    expect(found(named(datasource({ address: '10.9.0.1' })), caller(1), 'replica.mysql.berth.internal')).toBe('unknown');
  });

  it('needs the group where there are several', () => {
    const tables = named(datasource({ group: 'main', address: '10.9.0.1' }), datasource({ group: 'stats', address: '10.9.0.2' }));
    expect(found(tables, caller(1), 'stats.mysql.berth.internal')).toBe('10.9.0.2');
    expect(found(tables, caller(1), 'mysql.berth.internal')).toBe('nothing');
  });

  it('takes the only group by the bare type', () => {
    expect(found(named(datasource({ group: 'main', address: '10.9.0.1' })), caller(1), 'mysql.berth.internal')).toBe('10.9.0.1');
  });

  it('leads to a host outside by an alias, of whatever type is asked', () => {
    const tables = named(datasource({ host: 'db.example.com.' }));
    expect(found(tables, caller(1), 'mysql.berth.internal')).toBe('alias db.example.com');
    expect(found(tables, caller(1), 'mysql.berth.internal', Type.AAAA)).toBe('alias db.example.com');
    expect(found(named(datasource({ host: 'no..name' })), caller(1), 'mysql.berth.internal')).toBe('nothing');
  });
});

describe('answer, whatever the tables are', () => {
  const versions = fc.subarray([1, 2, 3]);
  const world = fc.record({ versions, filled: fc.subarray([1, 2, 3]), promotedAt: fc.nat() });

  /** Containers of version v have addresses 10.64.v.1 and 10.64.v.2. */
  const tables = (w: { versions: number[]; filled: number[]; promoted: number | null }): Tables =>
    tablesOf(
      part({
        promoted: w.promoted,
        versions: Object.fromEntries(
          w.versions.map((v) => {
            const own = [endpoint(`shop-api-1-${v}-1`, `10.64.${v}.1`), endpoint(`shop-api-2-${v}-1`, `10.64.${v}.2`)];
            return [v, { api: w.filled.includes(v) ? own : [] }];
          }),
        ),
      }),
    );

  it('gives a caller only its own version, or the promoted one when its own was live and is empty', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 4 }), ({ versions, filled, promotedAt }, asking) => {
        const promoted = versions[promotedAt % (versions.length + 1)] ?? null;
        const answered = found(tables({ versions, filled, promoted }), caller(asking), 'api.berth.internal');
        const given = /^10\.64\.(\d+)\.1 10\.64\.\1\.2$/.exec(answered)?.[1];
        const has = (v: number) => versions.includes(v) && filled.includes(v);
        const wasLive = versions.includes(asking) && promoted !== null && asking <= promoted;
        const expected = has(asking) ? asking : wasLive && has(promoted) ? promoted : undefined;
        expect(given).toBe(expected === undefined ? undefined : `${expected}`);
        if (given === undefined) expect(['nothing', 'unknown']).toContain(answered);
      }),
      { numRuns: 1000 },
    );
  });

  it('never denies a name that has an address by asking for another type', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 65_535 }), (type) => {
        fc.pre(type !== Type.ANY);
        expect(found(both, caller(1), 'api.berth.internal', type)).toBe('nothing');
      }),
    );
  });
});
