import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND_ITEMS } from './append-items.ts';

/** Text that is compared or ordered has the collation C: the same on every machine, and its order is that of its bytes. */
const TABLES = `
create table head (
  is_only boolean primary key default true check (is_only),
  incarnation int8 not null default 1,
  position int8 not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  lanes int8[] not null default '{0,0,0,0,0,0,0,0}',
  at int8 not null default 0,
  -- Of the database cluster that this head was last seen in: reserved for noticing a lost tail.
  system_id int8,
  timeline int8
);
insert into head default values;

create table events (
  position int8 primary key,
  incarnation int8 not null,
  lane int2 not null,
  lane_no int8 not null,
  stream text collate "C" not null,
  version int8 not null,
  id text collate "C" not null unique,
  type text collate "C" not null,
  v int4 not null,
  concerns text collate "C" not null check (concerns in ('stack', 'host')),
  subject text collate "C" not null,
  at int8 not null,
  actor text not null,
  correlation text not null,
  causation text,
  data text not null,
  hash bytea not null,
  unique (stream, version),
  unique (lane, lane_no)
);
create index on events (subject, position);
create index on events (type, position);

create table streams (
  stream text collate "C" primary key,
  version int8 not null
);

create table checkpoints (
  consumer text collate "C" not null,
  lane int4 not null,
  position int8 not null,
  fence int8 not null default 0,
  primary key (consumer, lane)
);

create table parks (
  consumer text collate "C" not null,
  stack text collate "C" not null,
  event_id text collate "C" not null,
  error text not null,
  at int8 not null,
  primary key (consumer, stack)
);

-- A snapshot of another release than the reader's is ignored.
create table snapshots (
  name text collate "C" not null,
  release text collate "C" not null,
  incarnation int8 not null,
  position int8 not null,
  data text not null,
  primary key (name, release)
);

-- Bytes: output of programs may hold characters that text can't.
create table attachments (
  sha256 text collate "C" primary key,
  content bytea not null,
  expires int8 not null
);
create index on attachments (expires);

create table keys (
  id text collate "C" primary key,
  key bytea not null
);
`;

export class Log1763683200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const [{ server_encoding: encoding }] = await runner.query('show server_encoding');
    if (encoding !== 'UTF8') throw new Error(`create tables: the database's encoding is ${encoding}; create it with encoding 'UTF8'`);
    await runner.query(TABLES);
    await runner.query(APPEND_ITEMS);
  }

  async down(): Promise<void> {
    throw new Error('drop the log: nobody does; restore a backup into another database');
  }
}
