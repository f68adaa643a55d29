/** A program: the relay, and what all share at the broker, as a gateway has them. Arguments: urls of the database and of the broker. */
import pg from 'pg';
import { openAmqpBus } from '#libs/bus/amqp';
import { SystemClock, SystemIds } from '#libs/clock';
import { PostgresEventLog, PostgresLeases } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';

const [, , database = '', url = ''] = process.argv;
const [clock, ids] = [new SystemClock(), new SystemIds()];
const report = (problem: string, cause: unknown): void => console.error(problem, cause);
const pool = new pg.Pool({ connectionString: database });
pool.on('error', (cause) => report('idle database connection', cause));
const log = new PostgresEventLog({ pool, clock, report });
await log.start();
const { publisher } = await openAmqpBus({ url, service: 'gateway', replica: ids.run(), clock, report });
startRelay({ log, leases: new PostgresLeases(pool), publisher, clock, ids, report });
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
