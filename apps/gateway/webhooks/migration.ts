import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom the log is sent to, and how far each has it. The secret is sealed; its key is in `keys`. */
export class Webhooks1763806100000 implements MigrationInterface {
  readonly name = 'Webhooks1763806100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhooks (
        id text PRIMARY KEY,
        url text NOT NULL,
        filter jsonb NOT NULL,
        secret text NOT NULL,
        created_at bigint NOT NULL,
        incarnation bigint NOT NULL,
        position bigint NOT NULL,
        delivered_at bigint,
        failures integer NOT NULL DEFAULT 0,
        last_error text,
        retry_at bigint,
        stopped boolean NOT NULL DEFAULT false
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhooks');
  }
}
