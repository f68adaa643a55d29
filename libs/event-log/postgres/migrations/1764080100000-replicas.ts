import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which processes read the log, what each of them understands, and until when it is known to be there. */
const REPLICAS = `
create table replicas (
  replica text collate "C" primary key,
  service text collate "C" not null,
  release text not null,
  -- The newest format of events that it reads.
  reads int4 not null,
  until timestamptz not null
);
`;

export class Replicas1764080100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REPLICAS);
  }

  async down(): Promise<void> {
    throw new Error('forget the replicas: nobody does; restore a backup into another database');
  }
}
