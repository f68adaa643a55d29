import type pg from 'pg';
import { streams } from '#libs/contracts';
import type { IncarnationWish } from '../event-log.ts';
import { propose } from '../proposal.ts';

/** The one transaction of ours that holds the head: the new number and its first event come together or not at all. */
export const raiseIncarnation = async (pool: pg.Pool, wish: IncarnationWish): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await raise(client, wish);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  } finally {
    client.release();
  }
};

const raise = async (client: pg.PoolClient, { id, from, reason, actor }: IncarnationWish): Promise<void> => {
  const { rows: heads } = await client.query<{ position: string }>('select position from head where incarnation = $1 for update', [from]);
  if (!heads[0]) return;
  const { rows } = await client.query<{ version: string }>('select version from streams where stream = $1', [streams.platform]);
  const incarnation = from + 1;
  const data = { incarnation, until: { incarnation: from, position: Number(heads[0].position) }, reason };
  const event = { id, type: 'IncarnationRaised', data, actor, correlation: id, causation: null } as const;
  const expected = { [streams.platform]: Number(rows[0]?.version ?? 0) };
  await client.query('update head set incarnation = $1', [incarnation]);
  const item = propose({ incarnation, expected, events: [{ stream: streams.platform, event }] });
  await client.query('select append_items($1::jsonb)', [JSON.stringify([item])]);
};
