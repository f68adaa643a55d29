import type { MigrationInterface, QueryRunner } from 'typeorm';

/** To what services were scaled, and what each manifest asks for. No event before this release scales anything. */
export class Scaled1764072000000 implements MigrationInterface {
  readonly name = 'Scaled1764072000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE deployment_view ADD COLUMN replicas jsonb NOT NULL DEFAULT '{}'");
    await runner.query(`
      CREATE TABLE scaled_view (
        scaled text PRIMARY KEY,
        stack text NOT NULL,
        service text NOT NULL,
        replicas integer NOT NULL,
        in_manifest integer NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE scaled_view');
    await runner.query('ALTER TABLE deployment_view DROP COLUMN replicas');
  }
}
