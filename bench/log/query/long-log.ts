import type pg from 'pg';

/** Events of 100 stacks and 50 hosts as the log would hold them, made by SQL; their chain is not. Event n happens n times 10 ms after 1970. */
export const fillLog = async (pool: pg.Pool, events: number): Promise<void> => {
  await pool.query(EVENTS, [events]);
  await pool.query(MENTIONS);
  await pool.query('update head set position = $1', [events]);
  await pool.query(`insert into checkpoints (consumer, lane, position) values ('view:mentions-1', -1, $1)`, [events]);
  await pool.query('vacuum analyze events, mentions');
};

const STACKS = 100;
const HOSTS = 50;
/** Of a stack. */
const CONTAINERS = 30;

export const stackOf = (n: number): string => `stack-${n % STACKS}`;
export const hostOf = (n: number): string => `host-${n % HOSTS}`;
export const containerOf = (n: number): string => `${stackOf(n)}-web-${Math.floor(n / STACKS) % CONTAINERS}`;
/** Forty events belong together. */
export const correlationOf = (n: number): string => `work-${Math.floor(n / 40)}`;
export const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Each 17th is of the rare type. */
const EVENTS = `
insert into events (position, incarnation, lane, lane_no, stream, version, id, type, v, concerns, subject, at, actor, correlation, causation, data, hash)
select n, 1, n % 8, n / 8, case when n % 17 = 0 then 'stack/' || stack else 'fleet' end,
  case when n % 17 = 0 then n / 17 else n - n / 17 end, '00000000-0000-7000-8000-' || lpad(n::text, 12, '0'), type, 1, 'stack', stack, n * 10,
  case when n % 17 = 0 then 'deployer' else host end, 'work-' || n / 40,
  '00000000-0000-7000-8000-' || lpad((n - n % 40)::text, 12, '0'),
  case when n % 17 = 0 then json_build_object('stack', stack, 'version', n)
    when n % 2 = 0 then json_build_object('stack', stack, 'host', host, 'container', container)
    else json_build_object('stack', stack, 'host', host, 'container', container, 'run', 'run-' || n, 'by', 'healthcheck') end, ''
from (
  select n, 'stack-' || n % ${STACKS} as stack, 'host-' || n % ${HOSTS} as host, 'stack-' || n % ${STACKS} || '-web-' || n / ${STACKS} % ${CONTAINERS} as container,
    case when n % 17 = 0 then 'VersionRetired' when n % 2 = 0 then 'ContainerStopped' else 'ContainerHealthy' end as type
  from generate_series(1, $1::int8) n
) rows`;

/** What the view would write. */
const MENTIONS = `
insert into mentions (key, position)
select ('x' || encode(substring(sha256(convert_to(name, 'UTF8')) for 8), 'hex'))::bit(64)::int8 as key, position
from events, unnest(array['actor:' || actor, 'correlation:' || correlation, 'causation:' || causation, 'host:' || (data::json->>'host'),
  'container:' || (data::json->>'container')]) name
where name is not null order by key, position`;
