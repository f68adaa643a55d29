import type { MigrationInterface, QueryRunner } from 'typeorm';
import { laneOf } from '#libs/contracts';

/**
 * The append takes columns instead of JSON, and inserts all events of a call by one statement.
 *
 * Gone: checks and the trigger (PostgreSQL reads and plans their conditions anew in each statement, which was a tenth of an append; the
 * function keeps them), the index of lanes (nobody asks by it), parks (`StackParked` is an event).
 */
const TABLES = `
drop table parks;
alter table events drop constraint events_concerns_check, drop constraint events_lane_lane_no_key;
alter table head drop constraint head_is_only_check;
drop trigger head_is_attested on head;
drop function attest_head_row();
drop function append_items(jsonb, int8);
drop function judge_ids(jsonb);
drop function judge_checkpoint(jsonb, boolean);
drop function judge_versions(jsonb, text[]);
`;

/** What one item holds, and what stands against it; null when nothing does. `MemoryEventLog` judges in the same order with the same words. */
const JUDGE_ITEM = `
create function judge_item(of_incarnation int8, expected_streams text[], expected_versions int8[], ids text[], streams_of text[],
    types text[], formats int4[], concerned text[], subjects text[], actors text[], correlations text[], causations text[], datas text[],
    touched text[]) returns jsonb language plpgsql stable
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  head_incarnation int8;
  known int8[];
  strange text;
  twice text;
  conflict jsonb;
begin
  select incarnation into head_incarnation from head;
  if of_incarnation <> head_incarnation then
    return jsonb_build_object('status', 'incarnation', 'actual', head_incarnation);
  end if;

  select array_agg(e.position order by i.n),
         (array_agg(i.id order by i.n) filter (where
           row(e.stream, e.type, e.v, e.concerns, e.subject, e.actor, e.correlation, e.causation, e.data) is distinct from
           row(i.stream, i.type, i.v, i.concerns, i.subject, i.actor, i.correlation, i.causation, i.data)))[1]
    into known, strange
    from unnest(ids, streams_of, types, formats, concerned, subjects, actors, correlations, causations, datas)
         with ordinality as i(id, stream, type, v, concerns, subject, actor, correlation, causation, data, n)
    join events e on e.id = i.id;
  if strange is not null then
    return jsonb_build_object('status', 'refused', 'reason', format('append event %s: it is in the log with other bytes', strange));
  elsif cardinality(known) < cardinality(ids) then
    return jsonb_build_object('status', 'refused', 'reason', 'append item: some of its events are in the log and some are not');
  elsif known is not null then
    return jsonb_build_object('status', 'already', 'positions', to_jsonb(known));
  end if;

  select i.stream into twice from unnest(streams_of) with ordinality as i(stream, n) where i.stream = any (touched) order by i.n limit 1;
  if twice is not null then
    return jsonb_build_object('status', 'refused', 'reason', format('append to %s: an earlier item of this call appended to it', twice));
  end if;
  select jsonb_build_object('status', 'conflict', 'stream', x.stream, 'actual', coalesce(s.version, 0)) into conflict
    from unnest(expected_streams, expected_versions) with ordinality as x(stream, version, n)
    left join streams s on s.stream = x.stream
    where coalesce(s.version, 0) <> x.version order by x.n limit 1;
  return conflict;
end $$;
`;

/** Whoever holds the head's row is alone: each statement of a plpgsql function sees what was committed before it began, so all checks come after the lock. */
const APPEND_ITEMS = `
-- Of item n: its incarnation, and where its part ends of the expected streams and of the events, which lie one behind the other.
-- moment: milliseconds since 1970 by the caller's clock; null: by the database's. touched: streams that earlier items of a call appended to.
-- Answers with the first event's position when every item was accepted, else with a list of what became of each.
create function append_items(moment int8, of_incarnations int8[], expected_ends int4[], event_ends int4[],
    expected_streams text[], expected_versions int8[], ids text[], streams_of text[], types text[], formats int4[], concerned text[],
    subjects text[], lanes_of int4[], actors text[], correlations text[], causations text[], datas text[], touched text[] default '{}')
  returns jsonb language plpgsql
  -- A plan that was made while the tables were small must not stay with them, and none is made anew for each call.
  set enable_seqscan = off set plan_cache_mode = force_generic_plan
  -- Switching those off makes plans look dear, and dear ones would be compiled at each call.
  set jit = off
as $$
declare
  items int4 := cardinality(of_incarnations);
  total int4 := cardinality(ids);
  head_incarnation int8;
  head_position int8;
  head_hash bytea;
  head_lanes int8[];
  head_at int8;
  head_started int8;
  is_acceptable boolean := true;
  verdict jsonb;
  results jsonb[] := '{}';
  incarnation_text text;
  at_text text;
  stream_text text;
  next_stream text;
  next_lane int4;
  next_lane_no int8;
  next_position int8;
  versions int8[] := '{}';
  lane_nos int8[] := '{}';
  hashes bytea[] := '{}';
  expected_from int4 := 1;
  events_from int4 := 1;
  place int4;
begin
  if not concerned <@ array['stack', 'host', 'platform'] then
    raise exception 'append item: an event concerns something else than a stack, a host or the platform';
  end if;
  -- Items that meet in a stream or an event are judged one after the other.
  if items > 1 then
    is_acceptable := not exists (select from unnest(expected_streams) as e(stream) group by stream having count(*) > 1 and stream = any (streams_of))
      and total = (select count(distinct i.id) from unnest(ids) as i(id));
  end if;

  select incarnation, position, hash, lanes, at, started
    into strict head_incarnation, head_position, head_hash, head_lanes, head_at, head_started from head for update;
  if head_started is distinct from server_started() then
    perform recognise_server();
  end if;

  if is_acceptable then
    is_acceptable := head_incarnation = all (of_incarnations)
      and not exists (select from events e where e.id = any (ids))
      and not exists (select from unnest(expected_streams, expected_versions) as x(stream, version)
        where coalesce((select s.version from streams s where s.stream = x.stream), 0) <> x.version)
      and not streams_of && touched;
  end if;

  if not is_acceptable and items = 1 then
    return jsonb_build_array(judge_item(of_incarnations[1], expected_streams, expected_versions, ids, streams_of, types, formats, concerned,
      subjects, actors, correlations, causations, datas, touched));
  elsif not is_acceptable then
    for n in 1 .. items loop
      verdict := append_items(moment, of_incarnations[n:n], array[expected_ends[n] - expected_from + 1], array[event_ends[n] - events_from + 1],
        expected_streams[expected_from:expected_ends[n]], expected_versions[expected_from:expected_ends[n]],
        ids[events_from:event_ends[n]], streams_of[events_from:event_ends[n]], types[events_from:event_ends[n]],
        formats[events_from:event_ends[n]], concerned[events_from:event_ends[n]], subjects[events_from:event_ends[n]],
        lanes_of[events_from:event_ends[n]], actors[events_from:event_ends[n]], correlations[events_from:event_ends[n]],
        causations[events_from:event_ends[n]], datas[events_from:event_ends[n]], touched);
      if jsonb_typeof(verdict) = 'number' then
        touched := touched || streams_of[events_from:event_ends[n]];
        results := results || jsonb_build_object('status', 'appended', 'positions', coalesce((select jsonb_agg(verdict::int8 + i)
          from generate_series(0, event_ends[n] - events_from) i), '[]'));
      else
        results := results || (verdict->0);
      end if;
      expected_from := expected_ends[n] + 1;
      events_from := event_ends[n] + 1;
    end loop;
    return to_jsonb(results);
  elsif total = 0 then
    return to_jsonb(head_position + 1);
  end if;

  head_at := greatest(head_at, coalesce(moment, floor(extract(epoch from clock_timestamp()) * 1000)::int8));
  incarnation_text := netstring(head_incarnation::text);
  at_text := netstring(head_at::text);
  next_position := head_position;
  for n in 1 .. total loop
    if streams_of[n] is distinct from next_stream then
      next_stream := streams_of[n];
      stream_text := netstring(next_stream);
      place := array_position(expected_streams, next_stream);
    end if;
    expected_versions[place] := expected_versions[place] + 1;
    versions[n] := expected_versions[place];
    next_position := next_position + 1;
    next_lane := lanes_of[n] + 1;
    next_lane_no := head_lanes[next_lane] + 1;
    head_lanes[next_lane] := next_lane_no;
    lane_nos[n] := next_lane_no;
    head_hash := sha256(head_hash || convert_to(concat(
      netstring(next_position::text), incarnation_text, netstring(lanes_of[n]::text), netstring(next_lane_no::text), stream_text,
      netstring(versions[n]::text), octet_length(ids[n]), ':', ids[n], ',', octet_length(types[n]), ':', types[n], ',',
      netstring(formats[n]::text), octet_length(concerned[n]), ':', concerned[n], ',', octet_length(subjects[n]), ':', subjects[n], ',',
      at_text, octet_length(actors[n]), ':', actors[n], ',', octet_length(correlations[n]), ':', correlations[n], ',',
      netstring(causations[n]), octet_length(datas[n]), ':', datas[n], ','), 'UTF8'));
    hashes[n] := head_hash;
  end loop;

  update head set position = next_position, hash = head_hash, lanes = head_lanes, at = head_at;
  insert into streams as s (stream, version)
    select streams_of[n], max(versions[n]) from generate_series(1, total) n group by 1
    on conflict (stream) do update set version = excluded.version;
  insert into events (position, incarnation, lane, lane_no, stream, version, id, type, v, concerns, subject, at, actor, correlation,
      causation, data, hash)
    select head_position + n, head_incarnation, lanes_of[n], lane_nos[n], streams_of[n], versions[n], ids[n], types[n], formats[n],
      concerned[n], subjects[n], head_at, actors[n], correlations[n], causations[n], datas[n], hashes[n]
    from generate_series(1, total) n;
  return to_jsonb(head_position + 1);
end $$;

-- The commit is its own, and not what the client's next message brings: whoever freezes or is cut off behind this call keeps nobody waiting.
create procedure append_and_commit(moment int8, of_incarnations int8[], expected_ends int4[], event_ends int4[],
    expected_streams text[], expected_versions int8[], ids text[], streams_of text[], types text[], formats int4[], concerned text[],
    subjects text[], lanes_of int4[], actors text[], correlations text[], causations text[], datas text[], inout answer jsonb default null)
  language plpgsql as $$
begin
  answer := append_items(moment, of_incarnations, expected_ends, event_ends, expected_streams, expected_versions, ids, streams_of,
    types, formats, concerned, subjects, lanes_of, actors, correlations, causations, datas);
  commit;
end $$;
`;

/** As before, but asked by the append itself, and only on a server that was started since. */
const SERVER = `
create function recognise_server() returns void language plpgsql as $$
declare
  known record;
  server record;
begin
  select system_id, timeline into strict known from head for update;
  select * into server from server_identity();
  if known.system_id is not null and row(known.system_id, known.timeline) is distinct from row(server.system_id, server.timeline) then
    raise exception 'write the head: it was last written on another server' using errcode = 'BR001';
  end if;
  update head set system_id = server.system_id, timeline = server.timeline, started = server_started();
end $$;

create or replace function raise_incarnation(known int8, reason text, event_id text, who text, moment int8 default null) returns boolean
  language plpgsql as $$
declare
  last_position int8;
  server record;
begin
  select position into last_position from head where incarnation = known for update;
  if not found then
    return false;
  end if;
  select * into server from server_identity();
  update head set incarnation = known + 1, system_id = server.system_id, timeline = server.timeline, started = server_started();
  perform append_items(moment, array[known + 1], array[1], array[1],
    array['platform'], array[coalesce((select version from streams where stream = 'platform'), 0)],
    array[event_id], array['platform'], array['IncarnationRaised'], array[1], array['platform'], array['platform'],
    array[${laneOf('platform')}], array[who], array[event_id], array[null]::text[],
    array[format('{"incarnation":%s,"until":{"incarnation":%s,"position":%s},"reason":"%s"}', known + 1, known, last_position, reason)]);
  return true;
end $$;
`;

export class Columns1764090000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [TABLES, JUDGE_ITEM, APPEND_ITEMS, SERVER]) await runner.query(statements);
  }

  async down(): Promise<void> {
    throw new Error('append by JSON again: nobody does; restore a backup into another database');
  }
}
