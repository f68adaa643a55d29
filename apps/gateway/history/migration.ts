import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `[from, to)` rows of everything that a stack was. Rows begin and end; none is ever deleted. */
const TABLES = `
create table history_pieces (
  kind text collate "C" not null,
  key text collate "C" not null,
  stack text collate "C" not null,
  from_position int8 not null,
  -- Null while it holds.
  to_position int8,
  -- Of the interval, once it has ended: see spans.ts.
  node int8,
  value json not null,
  primary key (kind, key, stack, from_position)
);
create unique index history_pieces_open on history_pieces (stack, kind, key) where to_position is null;
create index history_pieces_before on history_pieces (stack, kind, node, to_position) where node is not null;
create index history_pieces_after on history_pieces (stack, kind, node, from_position) where node is not null;

-- Positions at which the names of a stack moved.
create table history_names (
  stack text collate "C" not null,
  position int8 not null,
  incarnation int8 not null,
  primary key (stack, position)
);

-- The newest position of each instant at which something happened.
create table history_times (
  at int8 primary key,
  position int8 not null
);
create index history_times_position on history_times (position);
`;

export class History1763807000000 implements MigrationInterface {
  readonly name = 'History1763807000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table history_pieces, history_names, history_times');
  }
}
