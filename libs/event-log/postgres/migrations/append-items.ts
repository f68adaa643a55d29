/**
 * The append of the log; one statement under autocommit. Whoever holds the head's row is alone: each statement of a plpgsql function
 * sees what was committed before it began, so all checks come after the lock. `MemoryEventLog` judges in the same order with the same words.
 */
export const APPEND_ITEMS = `
-- <bytes>:<text>, and - for null.
create function netstring(value text) returns text language sql immutable parallel safe
  return coalesce(octet_length(value)::text || ':' || value || ',', '-');

-- Null when none of the events is in the log.
create function judge_ids(events jsonb) returns jsonb language plpgsql stable as $$
declare
  known int8[];
  strange text;
begin
  select array_agg(e.position order by i.n),
         (array_agg(i.id order by i.n) filter (where
           row(e.stream, e.type, e.v, e.concerns, e.subject, e.actor, e.correlation, e.causation, e.data) is distinct from
           row(i.stream, i.type, i.v, i.concerns, i.subject, i.actor, i.correlation, i.causation, i.data)))[1]
    into known, strange
    from rows from (jsonb_to_recordset(events) as (
           id text, stream text, type text, v int4, concerns text, subject text, actor text, correlation text, causation text, data text))
         with ordinality as i(id, stream, type, v, concerns, subject, actor, correlation, causation, data, n)
    join events e on e.id = i.id;
  if known is null then
    return null;
  elsif strange is not null then
    return jsonb_build_object('status', 'refused', 'reason', format('append event %s: it is in the log with other bytes', strange));
  elsif cardinality(known) < jsonb_array_length(events) then
    return jsonb_build_object('status', 'refused', 'reason', 'append item: some of its events are in the log and some are not');
  end if;
  return jsonb_build_object('status', 'already', 'positions', to_jsonb(known));
end $$;

-- Null when nothing stands against the checkpoint.
create function judge_checkpoint(moved jsonb, has_events boolean) returns jsonb language plpgsql stable as $$
declare
  stored_position int8;
  stored_fence int8;
begin
  select position, fence into stored_position, stored_fence from checkpoints
    where consumer = moved->>'consumer' and lane = (moved->>'lane')::int4;
  if (moved->>'fence')::int8 < coalesce(stored_fence, 0) then
    return jsonb_build_object('status', 'fenced');
  elsif not has_events and coalesce(stored_position, 0) >= (moved->>'to')::int8 then
    return jsonb_build_object('status', 'already', 'positions', '[]'::jsonb);
  elsif coalesce(stored_position, 0) <> (moved->>'from')::int8 then
    return jsonb_build_object('status', 'conflict', 'stream', format('checkpoint/%s/%s', moved->>'consumer', moved->>'lane'),
      'actual', coalesce(stored_position, 0));
  end if;
  return null;
end $$;

-- Null when every stream stands where the item expects it. touched: streams that earlier items of the call appended to.
create function judge_versions(item jsonb, touched text[]) returns jsonb language plpgsql stable as $$
declare
  twice text;
  conflict jsonb;
begin
  if cardinality(touched) > 0 then
    select e.value->>'stream' into twice from jsonb_array_elements(item->'events') with ordinality as e(value, n)
      where e.value->>'stream' = any (touched) order by e.n limit 1;
    if twice is not null then
      return jsonb_build_object('status', 'refused', 'reason', format('append to %s: an earlier item of this call appended to it', twice));
    end if;
  end if;
  select jsonb_build_object('status', 'conflict', 'stream', x.stream, 'actual', coalesce(s.version, 0)) into conflict
    from rows from (jsonb_to_recordset(item->'expected') as (stream text, version int8)) with ordinality as x(stream, version, n)
    left join streams s on s.stream = x.stream
    where coalesce(s.version, 0) <> x.version order by x.n limit 1;
  return conflict;
end $$;

-- moment: milliseconds since 1970 by the caller's clock; null: by the database's.
create function append_items(items jsonb, moment int8 default null) returns jsonb language plpgsql
  -- A plan that was made while the tables were small must not stay with them.
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  -- Switching those off makes plans look dear, and dear ones would be compiled at each call.
  set jit = off
as $$
declare
  head_incarnation int8;
  head_position int8;
  head_hash bytea;
  head_lanes int8[];
  head_at int8;
  item jsonb;
  event jsonb;
  verdict jsonb;
  results jsonb[] := '{}';
  positions int8[];
  touched text[] := '{}';
  next_lane int4;
  next_lane_no int8;
  next_version int8;
  now_ms int8;
begin
  select incarnation, position, hash, lanes, at into strict head_incarnation, head_position, head_hash, head_lanes, head_at from head for update;
  now_ms := greatest(head_at, coalesce(moment, floor(extract(epoch from clock_timestamp()) * 1000)::int8));
  for item in select i.value from jsonb_array_elements(items) with ordinality as i(value, n) order by i.n loop
    verdict := case when (item->>'incarnation')::int8 <> head_incarnation
      then jsonb_build_object('status', 'incarnation', 'actual', head_incarnation) end;
    if verdict is null and jsonb_array_length(item->'events') > 0 then
      verdict := judge_ids(item->'events');
    end if;
    if verdict is null and item->'checkpoint' <> 'null' then
      verdict := judge_checkpoint(item->'checkpoint', jsonb_array_length(item->'events') > 0);
    end if;
    if verdict is null then
      verdict := judge_versions(item, touched);
    end if;

    if verdict is null then
      positions := '{}';
      for event in select e.value from jsonb_array_elements(item->'events') with ordinality as e(value, n) order by e.n loop
        next_lane := (event->>'lane')::int4;
        next_lane_no := head_lanes[next_lane + 1] + 1;
        head_lanes[next_lane + 1] := next_lane_no;
        head_position := head_position + 1;
        head_at := now_ms;
        insert into streams as s (stream, version) values (event->>'stream', 1)
          on conflict (stream) do update set version = s.version + 1 returning s.version into next_version;
        head_hash := sha256(head_hash || convert_to(
          netstring(head_position::text) || netstring(head_incarnation::text) || netstring(next_lane::text) ||
          netstring(next_lane_no::text) || netstring(event->>'stream') || netstring(next_version::text) ||
          netstring(event->>'id') || netstring(event->>'type') || netstring(event->>'v') || netstring(event->>'concerns') ||
          netstring(event->>'subject') || netstring(head_at::text) || netstring(event->>'actor') || netstring(event->>'correlation') ||
          netstring(event->>'causation') || netstring(event->>'data'), 'UTF8'));
        insert into events (position, incarnation, lane, lane_no, stream, version, id, type, v, concerns, subject, at, actor,
            correlation, causation, data, hash)
          values (head_position, head_incarnation, next_lane, next_lane_no, event->>'stream', next_version, event->>'id',
            event->>'type', (event->>'v')::int4, event->>'concerns', event->>'subject', head_at, event->>'actor',
            event->>'correlation', event->>'causation', event->>'data', head_hash);
        positions := array_append(positions, head_position);
        touched := array_append(touched, event->>'stream');
      end loop;
      if item->'checkpoint' <> 'null' then
        insert into checkpoints (consumer, lane, position, fence)
          values (item->'checkpoint'->>'consumer', (item->'checkpoint'->>'lane')::int4, (item->'checkpoint'->>'to')::int8,
            (item->'checkpoint'->>'fence')::int8)
          on conflict (consumer, lane) do update set position = excluded.position, fence = excluded.fence;
      end if;
      if item->'park' <> 'null' then
        insert into parks (consumer, stack, event_id, error, at)
          values (item->'park'->>'consumer', item->'park'->>'stack', item->'park'->>'eventId', item->'park'->>'error', now_ms)
          on conflict (consumer, stack) do update set event_id = excluded.event_id, error = excluded.error, at = excluded.at;
      end if;
      verdict := jsonb_build_object('status', 'appended', 'positions', to_jsonb(positions));
    end if;
    results := array_append(results, verdict);
  end loop;
  if cardinality(touched) > 0 then
    update head set position = head_position, hash = head_hash, lanes = head_lanes, at = head_at;
  end if;
  return to_jsonb(results);
end $$;
`;
