import { describe, expect, it } from 'vitest';
import { statementsOf } from './sql.ts';

describe('statementsOf', () => {
  it('puts rows and leaves alone what they do not name', () => {
    const columns = { host: 'h1', tags: ['ssd'], milliCpus: 2000 };
    expect(statementsOf([{ do: 'put', table: 'host', key: 'h1', columns }])).toEqual([
      {
        text: 'INSERT INTO host_view (host, tags, milli_cpus) SELECT host, tags, milli_cpus FROM json_populate_recordset(null::host_view, $1) AS told ON CONFLICT (host) DO UPDATE SET tags = excluded.tags, milli_cpus = excluded.milli_cpus',
        values: ['[{"host":"h1","tags":["ssd"],"milli_cpus":2000}]'],
      },
    ]);
  });

  it('patches by one statement the rows that change alike', () => {
    const patch = (key: string, leavingAt: number) => ({
      ...({ do: 'patch', table: 'container', key } as const),
      columns: { leavingAt, address: null },
    });
    expect(statementsOf([patch('c1', 7), patch('c2', 8)])).toEqual([
      {
        text: 'UPDATE container_view AS held SET leaving_at = told.leaving_at, address = told.address FROM json_populate_recordset(null::container_view, $1) AS told WHERE held.container = told.container',
        values: ['[{"leaving_at":7,"address":null,"container":"c1"},{"leaving_at":8,"address":null,"container":"c2"}]'],
      },
    ]);
  });

  it('drops rows by one statement', () => {
    const drop = (key: string) => ({ do: 'drop', table: 'container', key }) as const;
    expect(statementsOf([drop('c1'), drop('c2')])).toEqual([
      { text: 'DELETE FROM container_view WHERE container = ANY($1)', values: [['c1', 'c2']] },
    ]);
  });

  it('says very many in several statements, each row once', () => {
    const keys = Array.from({ length: 12_000 }, (_, nth) => `c${nth}`);
    const statements = statementsOf(keys.map((key) => ({ do: 'drop', table: 'container', key })));
    expect(statements.map(({ values: [some] }) => (some as string[]).length)).toEqual([5000, 5000, 2000]);
    expect(statements.flatMap(({ values: [some] }) => some)).toEqual(keys);
  });
});
