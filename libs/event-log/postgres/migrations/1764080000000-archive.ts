import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ranges of the log that stand in files. `note_archive` and `cut_archive` are the only ways to write it, and the second is the only way by
 * which an event leaves the table; who archives may call them and nothing else (`roles.ts`).
 */
const ARCHIVE = `
create table archives (
  first int8 primary key,
  last int8 not null unique,
  first_at int8 not null,
  last_at int8 not null,
  previous bytea not null,
  hash bytea not null,
  file text collate "C" not null unique,
  bytes int8 not null,
  sha256 text collate "C" not null,
  -- What is in it, so that a question opens no file in vain.
  types text[] not null,
  stacks text[] not null,
  streams text[] not null,
  -- Of the newest FormatRaised up to its end.
  format int4 not null,
  is_cut boolean not null default false
);

create function note_archive(range jsonb) returns void language plpgsql as $$
declare
  from_position int8 := (range->>'first')::int8;
  to_position int8 := (range->>'last')::int8;
  before record;
  rows_found record;
begin
  lock table archives in share row exclusive mode;
  perform from archives a where a.first = from_position and a.last = to_position and a.sha256 = range->>'sha256';
  if found then
    return;
  end if;
  select a.last, a.hash, a.format into before from archives a order by a.first desc limit 1;
  if from_position <> coalesce(before.last, 0) + 1 or (range->>'previous')
      <> encode(coalesce(before.hash, decode(repeat('00', 32), 'hex')), 'hex') then
    raise exception 'note archived positions from %: the range before ends at %', from_position, coalesce(before.last, 0);
  end if;
  select count(*) as count, max(encode(e.hash, 'hex')) filter (where e.position = to_position) as hash,
      min(e.at) as first_at, max(e.at) as last_at, array_agg(distinct e.type) as types, array_agg(distinct e.stream) as streams,
      coalesce(array_agg(distinct e.subject) filter (where e.concerns = 'stack'), '{}') as stacks,
      max((e.data::jsonb->>'format')::int4) filter (where e.type = 'FormatRaised') as format
    into rows_found from events e where e.position between from_position and to_position;
  if rows_found.count <> to_position - from_position + 1 or rows_found.hash <> range->>'hash' or (select h.position from head h) <= to_position then
    raise exception 'note archived positions % to %: the table has other events there', from_position, to_position;
  end if;
  insert into archives (first, last, first_at, last_at, previous, hash, file, bytes, sha256, types, stacks, streams, format)
    values (from_position, to_position, rows_found.first_at, rows_found.last_at, decode(range->>'previous', 'hex'),
      decode(range->>'hash', 'hex'), range->>'file', (range->>'bytes')::int8, range->>'sha256', rows_found.types, rows_found.stacks,
      rows_found.streams, coalesce(rows_found.format, before.format, 1));
end $$;

-- An event that left is found by its id as others are by what they mention: see mentions.ts for the key.
create function cut_archive(to_position int8) returns void language plpgsql as $$
declare
  range archives;
  gone int8;
begin
  lock table archives in share row exclusive mode;
  select * into range from archives a where a.last = to_position;
  if not found or exists (select from archives a where a.first < range.first and not a.is_cut) then
    raise exception 'cut the log up to %: no archived range ends there, or one before it is still in the table', to_position;
  elsif range.is_cut then
    return;
  elsif (select e.hash from events e where e.position = to_position) is distinct from range.hash then
    raise exception 'cut the log up to %: the table has another event there', to_position;
  end if;
  insert into mentions (key, position)
    select ('x' || encode(substr(sha256(convert_to('event:' || e.id, 'UTF8')), 1, 8), 'hex'))::bit(64)::int8, e.position
      from events e where e.position between range.first and range.last
    on conflict do nothing;
  delete from events e where e.position between range.first and range.last;
  get diagnostics gone = row_count;
  if gone <> range.last - range.first + 1 then
    raise exception 'cut the log up to %: the table has % of its events', to_position, gone;
  end if;
  update archives a set is_cut = true where a.first = range.first;
end $$;
`;

export class Archive1764080000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ARCHIVE);
  }

  async down(): Promise<void> {
    throw new Error('forget the archive: nobody does; restore a backup into another database');
  }
}
