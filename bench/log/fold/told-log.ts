import pg from 'pg';
import type { BerthEvent } from '#libs/contracts';
import { migrate } from '#libs/event-log/postgres';
import type { Cluster } from '../append/cluster.ts';

/** A log of these events in a database of its own. Their chain is not checked: each event's hash is made of its position. */
export const openToldLog = async (cluster: Cluster, name: string): Promise<ToldLog> => {
  const { config } = await cluster.createDatabase(name);
  await migrate(config);
  return new ToldLog(new pg.Pool({ ...config, max: 4 }));
};

export class ToldLog {
  readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  async tell(events: readonly BerthEvent[]): Promise<void> {
    const rows = events.map((event) => ({ ...event, data: JSON.stringify(event.data), subject: subjectOf(event) }));
    await this.pool.query(INSERT, [JSON.stringify(rows)]);
    await this.pool.query('update head set position = greatest(position, $1)', [events.at(-1)?.position ?? 0]);
  }
}

const subjectOf = ({ data }: BerthEvent): string => ('stack' in data ? data.stack : 'host' in data ? data.host : 'platform');

const INSERT = `
insert into events (position, incarnation, lane, lane_no, stream, version, id, type, v, concerns, subject, at, actor, correlation, causation, data, hash)
select e.position, e.incarnation, e.lane, e."laneNo", e.stream, e.version, e.id, e.type, e.v, 'stack', e.subject, e.at, e.actor, e.correlation, null,
  e.data, sha256(convert_to(e.position::text, 'UTF8'))
from jsonb_to_recordset($1::jsonb) as e (position int8, incarnation int8, lane int2, "laneNo" int8, stream text, version int8, id text, type text,
  v int4, subject text, at int8, actor text, correlation text, data text)`;
