import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who does a work that one alone should do, and until when. The fence rises with each owner. */
const LEASES = `
create table leases (
  name text collate "C" primary key,
  owner text collate "C" not null,
  fence int8 not null,
  until timestamptz not null
);
`;

export class Leases1763730000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEASES);
  }

  async down(): Promise<void> {
    throw new Error('drop the leases: nobody does; restore a backup into another database');
  }
}
