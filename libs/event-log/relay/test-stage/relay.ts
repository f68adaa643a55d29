import pg from 'pg';
import { openAmqpBus } from '#libs/bus/amqp';
import { SystemClock, SystemIds } from '#libs/clock';
import { PostgresEventLog, PostgresLeases } from '../../postgres/index.ts';
import { startRelay } from '../relay.ts';

/** A program that relays; it can be killed and frozen. Arguments: configuration of the database as JSON, url of the broker. */
const [, , database = '{}', url = ''] = process.argv;
const [clock, ids] = [new SystemClock(), new SystemIds()];
const report = (): void => undefined;
const pool = new pg.Pool(JSON.parse(database) as pg.PoolConfig);
pool.on('error', report);
const log = new PostgresEventLog({ pool, clock, report });
await log.start();
const { publisher } = await openAmqpBus({ url, service: 'relay', replica: ids.run(), clock, report });
startRelay({ log, leases: new PostgresLeases(pool), publisher, clock, ids, report });
process.stdout.write('runs\n');
