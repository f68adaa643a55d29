import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What time of work is counted from. Earlier events say it too, so the view has another name and reads the log from its beginning. */
export class TimeLeft1764095000000 implements MigrationInterface {
  readonly name = 'TimeLeft1764095000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('TRUNCATE deployment_view, container_view, host_view, host_group_view, fleet_view, park_view, scaled_view');
    await runner.query(
      'ALTER TABLE deployment_view ADD COLUMN started_at bigint, ADD COLUMN deadline_ms bigint, ADD COLUMN drain_timeout_ms bigint',
    );
    await runner.query(
      'CREATE TABLE silence_view (silence text PRIMARY KEY, consumer text NOT NULL, since bigint NOT NULL, until bigint NOT NULL)',
    );
    await runner.query('CREATE INDEX silence_view_consumer ON silence_view (consumer, until DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE silence_view');
    await runner.query('ALTER TABLE deployment_view DROP COLUMN started_at, DROP COLUMN deadline_ms, DROP COLUMN drain_timeout_ms');
  }
}
