import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An event may concern all of Berth, and no stack and no host. */
const PLATFORM = `
alter table events drop constraint events_concerns_check;
alter table events add constraint events_concerns_check check (concerns in ('stack', 'host', 'platform'));
`;

export class Platform1763740000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PLATFORM);
  }

  async down(): Promise<void> {
    throw new Error('forbid events of the platform: nobody does; restore a backup into another database');
  }
}
