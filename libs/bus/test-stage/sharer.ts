import pg from 'pg';
import { SystemClock, SystemIds } from '#libs/clock';
import { PostgresLeases } from '#libs/event-log/postgres';
import { LeasedMembers } from '#libs/event-log/relay';
import { openAmqpBus } from '../amqp/index.ts';
import type { Share } from '../members.ts';

/** A replica that shares turns and ends them; it can be killed and frozen. Arguments: url of the broker, consumer, share, the database as JSON. It prints what it was given. */
const [, , url = '', consumer = '', share = 'evenly', database = '{}'] = process.argv;
const report = (): void => undefined;
const pool = new pg.Pool(JSON.parse(database) as pg.PoolConfig);
pool.on('error', report);
const members = new LeasedMembers(new PostgresLeases(pool));
const sharing = { members, share: share as Share };
const bus = await openAmqpBus({ url, service: consumer, replica: new SystemIds().run(), sharing, clock: new SystemClock(), report });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
await bus.turns.take(consumer, async ({ events }) => {
  for (const { lane, position } of events) say(`${lane} ${position}`);
});
say('ready');
process.once('SIGTERM', () => void bus.close().then(() => pool.end()));
