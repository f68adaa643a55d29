import { describe, expect, it } from 'vitest';
import { statementOf } from './sql.ts';

describe('statementOf', () => {
  it('puts a row and leaves alone what it does not name', () => {
    const columns = { host: 'h1' as never, tags: ['ssd'], milliCpus: 2000 };
    expect(statementOf({ do: 'put', table: 'host', key: 'h1', columns })).toEqual({
      text: 'INSERT INTO host_view (host, tags, milli_cpus) VALUES ($1, $2, $3) ON CONFLICT (host) DO UPDATE SET tags = excluded.tags, milli_cpus = excluded.milli_cpus',
      values: ['h1', '["ssd"]', 2000],
    });
  });

  it('patches the rows that are there', () => {
    expect(statementOf({ do: 'patch', table: 'container', keys: ['c1', 'c2'], columns: { leavingAt: 7, address: null } })).toEqual({
      text: 'UPDATE container_view SET leaving_at = $2, address = $3 WHERE container = ANY($1)',
      values: [['c1', 'c2'], 7, null],
    });
  });

  it('drops a row', () => {
    expect(statementOf({ do: 'drop', table: 'container', key: 'c1' })).toEqual({
      text: 'DELETE FROM container_view WHERE container = $1',
      values: ['c1'],
    });
  });
});
