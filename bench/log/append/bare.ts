import pg from 'pg';
import { SystemIds } from '#libs/clock';
import { dataOf, ENVELOPE, type Target, TYPE, type Writer } from './writer.ts';

/** The columns and indexes of our table of events, and nothing that checks or orders. */
export const bareTable = async (target: Target, ours: Target): Promise<void> => {
  const from = new pg.Client(ours.config);
  await from.connect();
  const { rows: columns } = await from.query<{ line: string }>(
    `select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when c.collname is null or c.collname = 'default' then '' else ' collate "C"' end
       || case when a.attname = 'position' then ' generated always as identity' when a.attnotnull then ' not null' else '' end as line
     from pg_attribute a left join pg_collation c on c.oid = a.attcollation
     where a.attrelid = 'events'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
  );
  const { rows: indexes } = await from.query<{ indexdef: string }>(`select indexdef from pg_indexes where tablename = 'events'`);
  await from.end();
  const to = new pg.Client(target.config);
  await to.connect();
  await to.query(
    `create table events (${columns.map(({ line }) => line).join(', ')}); ${indexes.map(({ indexdef }) => indexdef).join(';')}`,
  );
  await to.end();
};

const COLUMNS =
  'incarnation, lane, lane_no, stream, version, id, type, v, concerns, subject, at, actor, correlation, causation, data, hash'.split(', ');
const HASH = Buffer.alloc(32, 7);

/** Multi-row inserts, prepared once for each size. */
export const openBare = async ({ config }: Target, writer: number): Promise<Writer> => {
  const client = new pg.Client(config);
  await client.connect();
  const ids = new SystemIds();
  const run = ids.run();
  let version = 0;
  const valuesOf = (): unknown[] => {
    version += 1;
    const { actor, correlation, causation } = ENVELOPE;
    const data = JSON.stringify(dataOf(run, version));
    const stream = `host/${run}`;
    const told = [TYPE, 1, 'stack', 'shop', Date.now(), actor, correlation, causation];
    return [1, writer % 8, version, stream, version, ids.event(), ...told, data, HASH];
  };
  return {
    append: async (count) => {
      await client.query({ name: `insert-${count}`, text: insertOf(count), values: Array.from({ length: count }, valuesOf).flat() });
    },
    close: () => client.end(),
  };
};

const insertOf = (count: number): string => {
  const rows = Array.from({ length: count }, (_, row) => `(${COLUMNS.map((_name, n) => `$${row * COLUMNS.length + n + 1}`).join(', ')})`);
  return `insert into events (${COLUMNS.join(', ')}) values ${rows.join(', ')}`;
};
