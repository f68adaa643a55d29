import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DeadLetters as DeadLettersPort } from '#libs/bus';
import { SystemClock, SystemIds } from '#libs/clock';
import { MemorySeals } from '#libs/event-log/memory';
import { migrate } from '#libs/event-log/postgres';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import { DeadLetters } from './dead-letters.ts';
import { DeadLetters1764005000000 } from './migration.ts';
import { DeadLetterTable } from './table.ts';

const letter = {
  ...{ body: Buffer.from('"hello"'), reason: 'nobody was there', queue: 'requests', exchange: '', routingKey: '', user: 'ci-shop' },
  properties: { contentType: null, messageId: 'm-1', correlationId: null, replyTo: null, type: null },
};

let postgres: TestPostgres;
let pool: pg.Pool;
let letters: DeadLetters;
/** What becomes of the next one that is put back. */
let onPutBack: () => Promise<void> = async () => undefined;

class Broker extends DeadLettersPort {
  override subscribe(): Promise<never> {
    throw new Error('nobody subscribes here');
  }

  override putBack(): Promise<void> {
    return onPutBack();
  }
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  const config = await postgres.createDatabase();
  await migrate(config, { name: 'gateway_dead_letters', migrations: [DeadLetters1764005000000] });
  pool = new pg.Pool(config);
  const seals = new MemorySeals(new SystemIds());
  letters = new DeadLetters({ clock: new SystemClock(), seals, table: new DeadLetterTable(pool), broker: new Broker() });
});
afterAll(async () => {
  await pool?.end();
  await postgres?.stop();
});

it('one that dies once more before it is done with being put back stays, and can be read', async () => {
  await letters.keep(letter);
  const [{ id } = { id: '' }] = await letters.list();
  onPutBack = () => letters.keep({ ...letter, reason: 'nobody is there still' });
  await letters.putBack(id);
  expect(await letters.list()).toMatchObject([{ id, times: 2, reason: 'nobody is there still' }]);
  expect(await letters.show(id)).toMatchObject({ text: '"…"' });
  onPutBack = async () => undefined;
  await letters.putBack(id);
  expect(await letters.list()).toEqual([]);
});
