import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from './changes.ts';
import { netChanges, type RowChange } from './net-changes.ts';

type Tables = ReadonlyMap<string, object>;

const made = (tables: Tables, { do: doing, key, ...rest }: RowChange): Tables => {
  const next = new Map(tables);
  const columns = 'columns' in rest ? rest.columns : {};
  if (doing === 'drop') next.delete(key);
  else if (doing === 'put' || next.has(key)) next.set(key, { ...next.get(key), ...columns });
  return next;
};

const columns = fc.dictionary(fc.constantFrom('status', 'since', 'address'), fc.nat(3), { noNullPrototype: true });
const change = fc.oneof(
  fc.record({ do: fc.constant('put'), table: fc.constant('container'), key: fc.constantFrom('a', 'b'), columns }),
  fc.record({ do: fc.constant('patch'), table: fc.constant('container'), keys: fc.subarray(['a', 'b']), columns }),
  fc.record({ do: fc.constant('drop'), table: fc.constant('container'), key: fc.constantFrom('a', 'b') }),
) as unknown as fc.Arbitrary<Change>;

/** What the changes as they come make of a table, and their rounds. */
const ends = (held: Tables, changes: readonly Change[]): readonly Tables[] => {
  const one = changes.flatMap((told): readonly RowChange[] => (told.do === 'patch' ? told.keys.map((key) => ({ ...told, key })) : [told]));
  return [one, netChanges(changes).flat()].map((each) => each.reduce(made, held));
};

describe('netChanges', () => {
  it('ends as the changes do, whatever the tables held', () => {
    const held = fc.subarray(['a', 'b']).map((keys): Tables => new Map(keys.map((key) => [key, { status: 9, host: 9 }])));
    fc.assert(
      fc.property(held, fc.array(change), (before, changes) => {
        const [expected, net] = ends(before, changes);
        expect(net).toEqual(expected);
      }),
    );
  });

  it('changes no row twice in a round', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        for (const round of netChanges(changes)) expect(new Set(round.map(({ key }) => key)).size).toBe(round.length);
      }),
    );
  });

  it('takes as many rows as a thousand events place', () => {
    const many = Array.from({ length: 300_000 }, (_, nth): Change => ({ do: 'drop', table: 'container', key: `c${nth}` }));
    expect(netChanges(many).map(({ length }) => length)).toEqual([300_000]);
  });

  it('makes one change of a container that is placed, starts and becomes healthy', () => {
    const put: Change = { do: 'put', table: 'container', key: 'a', columns: { status: 'placed', since: 1 } };
    const patch = (status: 'started' | 'healthy', since: number): Change => ({
      ...({ do: 'patch', table: 'container', keys: ['a'] } as const),
      columns: { status, since },
    });
    expect(netChanges([put, patch('started', 2), patch('healthy', 3)])).toEqual([[{ ...put, columns: { status: 'healthy', since: 3 } }]]);
  });
});
