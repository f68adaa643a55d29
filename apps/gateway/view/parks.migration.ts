import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Parks1763804000000 implements MigrationInterface {
  readonly name = 'Parks1763804000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE park_view (
        park text PRIMARY KEY,
        consumer text NOT NULL,
        stack text NOT NULL,
        event text NOT NULL,
        error text NOT NULL,
        since bigint NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE park_view');
  }
}
