import type { MigrationInterface, QueryRunner } from 'typeorm';
import { laneOf } from '#libs/contracts';

/**
 * The head remembers the server that it was last written on. A database that lost its tail has another timeline (a standby took over, a
 * backup was recovered) or another system (a dump was restored); the first append there is refused with BR001 until `attest_head` has
 * raised the incarnation. Only a server that was started since can be another one, so that is all that is looked at each time.
 */
const INCARNATION = `
alter table head add column started int8;

create function server_started() returns int8 language sql stable
  return (extract(epoch from pg_postmaster_start_time()) * 1000000)::int8;

-- The timeline is that of what is written now: the control file says it only after the next checkpoint.
create function server_identity(out system_id int8, out timeline int8) language sql stable
  begin atomic
    select system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int8 from pg_control_system();
  end;

create function attest_head_row() returns trigger language plpgsql as $$
declare
  server record;
begin
  select * into server from server_identity();
  if old.system_id is not null and row(old.system_id, old.timeline) is distinct from row(server.system_id, server.timeline) then
    raise exception 'write the head: it was last written on another server' using errcode = 'BR001';
  end if;
  new.system_id := server.system_id;
  new.timeline := server.timeline;
  new.started := server_started();
  return new;
end $$;

create trigger head_is_attested before update on head for each row
  when (old.started is distinct from server_started() and new.started is not distinct from old.started)
  execute function attest_head_row();

-- False when the log is in another incarnation already. moment as in append_items.
create function raise_incarnation(known int8, reason text, event_id text, who text, moment int8 default null) returns boolean
  language plpgsql as $$
declare
  last_position int8;
  server record;
  event jsonb;
begin
  select position into last_position from head where incarnation = known for update;
  if not found then
    return false;
  end if;
  select * into server from server_identity();
  update head set incarnation = known + 1, system_id = server.system_id, timeline = server.timeline, started = server_started();
  event := jsonb_build_object('id', event_id, 'stream', 'platform', 'type', 'IncarnationRaised', 'v', 1, 'concerns', 'platform',
    'subject', 'platform', 'lane', ${laneOf('platform')}, 'actor', who, 'correlation', event_id, 'causation', null,
    'data', format('{"incarnation":%s,"until":{"incarnation":%s,"position":%s},"reason":"%s"}', known + 1, known, last_position, reason));
  perform append_items(jsonb_build_array(jsonb_build_object('incarnation', known + 1, 'checkpoint', null, 'park', null,
    'events', jsonb_build_array(event), 'expected', jsonb_build_array(jsonb_build_object('stream', 'platform',
      'version', coalesce((select version from streams where stream = 'platform'), 0))))), moment);
  return true;
end $$;

-- True when this server was another one, and the incarnation was raised for it. A standby says nothing: it can't be written to.
create function attest_head(who text) returns boolean language plpgsql as $$
declare
  known record;
  server record;
begin
  if pg_is_in_recovery() or exists (select from head where started = server_started()) then
    return false;
  end if;
  select incarnation, system_id, timeline into strict known from head for update;
  select * into server from server_identity();
  if known.system_id is null or row(known.system_id, known.timeline) is not distinct from row(server.system_id, server.timeline) then
    update head set system_id = server.system_id, timeline = server.timeline, started = server_started();
    return false;
  end if;
  return raise_incarnation(known.incarnation, case when known.system_id = server.system_id then 'tail-lost' else 'restored' end,
    gen_random_uuid()::text, who);
end $$;
`;

export class Incarnation1763802000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INCARNATION);
  }

  async down(): Promise<void> {
    throw new Error('forget the server of the head: nobody does; restore a backup into another database');
  }
}
