import type pg from 'pg';

/**
 * Rows as the view would hold them after so many events of one stack, made by SQL: containers that are placed, start, become healthy, leave, are
 * retired and released, six events each, so that about 43 are there at any position however long the log is.
 */
export const fillHistory = async (pool: pg.Pool, events: number): Promise<void> => {
  await pool.query(PIECES, [Math.floor(events / 6), events]);
  await pool.query(`insert into history_pieces (kind, key, stack, from_position, value) values
    ('stack', '', 'shop', 1, '{"promoted":1,"newest":1}'),
    ('version', '1', 'shop', 1, '{"version":1,"deployment":"abcdefghijklmnop","status":"promoted"}'),
    ('manifest', '1', 'shop', 1, '{"manifest":{"stack":"shop","services":{"web":{}},"datasources":[]},"images":{}}')`);
  await pool.query(`insert into history_names select 'shop', n, 1 from generate_series(1, $1::int8) n`, [events]);
  await pool.query('insert into history_times select n * 10, n from generate_series(1, $1::int8) n', [events]);
  await pool.query(`insert into checkpoints (consumer, lane, position) values ('view:history-1', -1, $1)`, [events]);
  await pool.query('vacuum analyze history_pieces, history_names, history_times');
};

/** The node is that of spans.ts: below the highest bit in which the first and the last position differ, all bits are 0. */
const PIECES = `
insert into history_pieces (stack, kind, key, from_position, to_position, node, value)
select 'shop', 'container', key, since, until,
  case when until is null then null when since = until - 1 then since else ((until - 1) >> bit) << bit end, value
from (
  select *, length(ltrim((since # (until - 1))::bit(40)::text, '0')) - 1 as bit from (
    select 'shop-web-' || life || '-abcdefgh-1' as key, life * 6 + step.since + 1 as since,
      nullif(least(life * 6 + step.until + 1, $2 + 1), $2 + 1) as until,
      json_build_object('container', 'shop-web-' || life || '-abcdefgh-1', 'slot', life % 40 + 1, 'host', 'host-' || life % 50,
        'reason', 'no tags asked for; 50 of 50 hosts fit; fewest containers of web v1 (0); then fewest containers (3); then first by id',
        'service', 'web', 'version', 1, 'deployment', 'abcdefghijklmnop', 'status', step.status, 'since', life * 60,
        'address', '10.64.1.' || life % 250 + 1, 'failure', null, 'leaving', null, 'retired', null, 'isGone', false) as value
    from generate_series(0, $1::int8 - 1) life,
      (values (0, 20, 'placed'), (20, 40, 'started'), (40, 200, 'healthy'), (200, 240, 'healthy'), (240, 260, 'healthy')) step (since, until, status)
    where life * 6 + step.since + 1 <= $2
  ) spans
) rows`;
