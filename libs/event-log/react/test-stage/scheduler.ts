import pg from 'pg';
import type { Share } from '#libs/bus';
import { openAmqpBus } from '#libs/bus/amqp';
import { SystemClock, SystemIds } from '#libs/clock';
import type { StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { versionsOf, type World } from '#libs/domain/stack';
import { PostgresEventLog, PostgresLeases } from '../../postgres/index.ts';
import { LeasedMembers } from '../../relay/index.ts';
import { Reactor } from '../reactor.ts';

/**
 * A replica of a service that retires every version 1 as soon as it is created, and tells whose mail it got; it can be killed and frozen.
 * Arguments: share, configuration of the database as JSON, url of the broker. It prints `ready` and its name.
 */
const [, , share = 'evenly', database = '{}', url = ''] = process.argv;
const [clock, ids] = [new SystemClock(), new SystemIds()];
const report = (): void => undefined;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const replica = ids.run();
const pool = new pg.Pool(JSON.parse(database) as pg.PoolConfig);
pool.on('error', report);
const log = new PostgresEventLog({ pool, clock, report });
await log.start();

const due = (world: World, stack: StackName): readonly Decision[] => {
  if (world.stacks.get(stack)?.versions[1]?.status !== 'created') return [];
  const event = { stream: `stack/${stack}`, type: 'VersionRetired', data: { stack, version: 1 } } as const;
  return [{ events: [event], expected: versionsOf(world, [event.stream]), correlation: 'test', causation: null }];
};

const sharing = { members: new LeasedMembers(new PostgresLeases(pool)), share: share as Share };
const bus = await openAmqpBus({ url, service: 'scheduler', replica, sharing, clock, report });
const reactor = new Reactor({ log, clock, ids, report, consumer: 'scheduler', due, acts: 'in turn', turns: bus.turns });
await bus.feed.subscribe('scheduler', ({ events }) => reactor.take(events));
await bus.mail.receive('scheduler', async ({ type }) => say(`mail ${type}`));
await bus.turns.take('scheduler', ({ events }) => reactor.act(events));
await reactor.start();
say(`ready ${replica}`);
