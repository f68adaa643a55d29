import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How a log is asked. `mentions` says at which positions something is named: hosts and containers in whatever list an event carries
 * them, actors, correlations and causations. A view fills it after the append, which pays nothing for it. `key`: see `mentions.ts`.
 *
 * Time never runs backwards along positions, and versions of a stream rise with them: an instant or a position is found by halving.
 */
const ASKING = `
create table mentions (
  key int8 not null,
  position int8 not null,
  primary key (key, position)
);

-- The first position whose event is of this instant or a later one; beyond all positions when there is none.
create function first_position_at(instant int8) returns int8 language plpgsql stable as $$
declare
  low int8;
  high int8;
  middle int8;
  found_position int8;
  found_at int8;
begin
  select min(position), max(position) into low, high from events;
  if low is null or (select at from events where position = high) < instant then
    return 9223372036854775807;
  end if;
  while low < high loop
    middle := low + (high - low) / 2;
    select position, at into found_position, found_at from events where position >= middle order by position limit 1;
    if found_at >= instant then
      high := middle;
    else
      low := found_position + 1;
    end if;
  end loop;
  select position into found_position from events where position >= low order by position limit 1;
  return found_position;
end $$;

-- The first version of the stream whose event has a higher position; beyond all versions when there is none.
create function first_version_after(name text, place int8) returns int8 language plpgsql stable as $$
declare
  low int8;
  high int8;
  middle int8;
  found_version int8;
  found_position int8;
begin
  select min(version), max(version) into low, high from events where stream = name;
  if low is null or (select position from events where stream = name and version = high) <= place then
    return 9223372036854775807;
  end if;
  while low < high loop
    middle := low + (high - low) / 2;
    select version, position into found_version, found_position from events
      where stream = name and version >= middle order by version limit 1;
    if found_position > place then
      high := middle;
    else
      low := found_version + 1;
    end if;
  end loop;
  return low;
end $$;
`;

export class Asking1763806000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ASKING);
  }

  async down(): Promise<void> {
    throw new Error('drop the index of mentions: nobody does; restore a backup into another database');
  }
}
