import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The table that was here before was never written. Parts are compressed already. */
const SNAPSHOTS = `
drop table snapshots;

create table snapshots (
  id int8 generated always as identity primary key,
  name text collate "C" not null,
  release text collate "C" not null,
  slot int8 not null,
  incarnation int8 not null,
  position int8 not null,
  hash bytea not null,
  begun timestamptz not null default clock_timestamp(),
  -- How many; null while it is being saved.
  parts int4,
  unique (name, release, slot)
);

create table snapshot_parts (
  snapshot int8 not null references snapshots on delete cascade,
  nth int4 not null,
  data bytea not null,
  primary key (snapshot, nth)
);
alter table snapshot_parts alter column data set storage external;
`;

export class Snapshots1764030000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SNAPSHOTS);
  }

  async down(): Promise<void> {
    throw new Error('drop the snapshots: nobody does; restore a backup into another database');
  }
}
