import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Life, cordons, tags and groups of hosts, and what the scheduler takes from containers. No event before this release says any of it. */
export class Hosts1764070000000 implements MigrationInterface {
  readonly name = 'Hosts1764070000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE host_view
        ADD COLUMN added_tags jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN removed_tags jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN host_group text,
        ADD COLUMN life text NOT NULL DEFAULT 'live',
        ADD COLUMN silent_since bigint,
        ADD COLUMN boot_id text,
        ADD COLUMN cordon jsonb,
        ADD COLUMN is_drained boolean NOT NULL DEFAULT false,
        ADD COLUMN is_rebooting boolean NOT NULL DEFAULT false`);
    await runner.query('ALTER TABLE container_view ADD COLUMN withdrawn_at bigint, ADD COLUMN lost_at bigint');
    await runner.query('CREATE TABLE host_group_view (host_group text PRIMARY KEY, tags jsonb NOT NULL)');
    await runner.query('CREATE TABLE fleet_view (fleet text PRIMARY KEY, silent_since bigint)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE fleet_view, host_group_view');
    await runner.query('ALTER TABLE container_view DROP COLUMN withdrawn_at, DROP COLUMN lost_at');
    await runner.query(`
      ALTER TABLE host_view
        DROP COLUMN added_tags, DROP COLUMN removed_tags, DROP COLUMN host_group, DROP COLUMN life,
        DROP COLUMN silent_since, DROP COLUMN boot_id, DROP COLUMN cordon, DROP COLUMN is_drained, DROP COLUMN is_rebooting`);
  }
}
