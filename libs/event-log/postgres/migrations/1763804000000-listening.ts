import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a service, whichever of its replicas, listened last: milliseconds since 1970. */
const LISTENING = `
create table listening (
  consumer text collate "C" primary key,
  at int8 not null
) with (fillfactor = 50);
`;

export class Listening1763804000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LISTENING);
  }

  async down(): Promise<void> {
    throw new Error('drop the beats: nobody does; restore a backup into another database');
  }
}
