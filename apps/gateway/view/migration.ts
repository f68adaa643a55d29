import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first shape of the read model. Another shape is another migration and another name of the view. */
export class ReadModel1763700000000 implements MigrationInterface {
  readonly name = 'ReadModel1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deployment_view (
        deployment text PRIMARY KEY,
        stack text NOT NULL,
        version integer,
        status text NOT NULL,
        requested_at bigint NOT NULL,
        ended_at bigint,
        failure jsonb,
        position bigint NOT NULL
      )`);
    await runner.query('CREATE INDEX deployment_view_stack ON deployment_view (stack, position DESC)');
    await runner.query('CREATE INDEX deployment_view_position ON deployment_view (position DESC)');
    await runner.query(`
      CREATE TABLE container_view (
        container text PRIMARY KEY,
        stack text NOT NULL,
        service text NOT NULL,
        version integer NOT NULL,
        slot integer NOT NULL,
        deployment text NOT NULL,
        host text NOT NULL,
        status text NOT NULL,
        address text,
        reason text NOT NULL,
        since bigint NOT NULL,
        leaving_at bigint,
        retired_at bigint
      )`);
    await runner.query('CREATE INDEX container_view_stack ON container_view (stack)');
    await runner.query('CREATE INDEX container_view_host ON container_view (host)');
    await runner.query(`
      CREATE TABLE host_view (
        host text PRIMARY KEY,
        tags jsonb NOT NULL,
        milli_cpus integer NOT NULL,
        memory_bytes bigint NOT NULL,
        proxy boolean NOT NULL,
        last_connected_at bigint
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE host_view, container_view, deployment_view');
  }
}
