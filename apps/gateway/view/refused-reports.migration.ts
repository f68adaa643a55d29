import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was last refused of a host. No event before this release says it, so the view goes on where it is. */
export class RefusedReports1763808100000 implements MigrationInterface {
  readonly name = 'RefusedReports1763808100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE host_view ADD COLUMN refused jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE host_view DROP COLUMN refused');
  }
}
