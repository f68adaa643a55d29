import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages that nobody could take. The body is sealed; its key is in `keys`. */
export class DeadLetters1764005000000 implements MigrationInterface {
  readonly name = 'DeadLetters1764005000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table dead_letters (
        id text primary key,
        reason text not null,
        queue text not null,
        exchange text not null,
        routing_key text not null,
        "user" text,
        properties jsonb not null,
        bytes integer not null,
        body text,
        times integer not null default 1,
        since bigint not null,
        at bigint not null
      );
      create index dead_letters_at on dead_letters (at, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letters');
  }
}
