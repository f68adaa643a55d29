import pg from 'pg';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent, EventId, StackName } from '#libs/contracts';
import { PostgresEventLog } from '../postgres-event-log.ts';

/**
 * A program that appends until it is killed, and prints each event that was acknowledged: `<position> <id>`. Arguments: configuration of the
 * database as JSON, a name that no other program has.
 */
const [, , database = '{}', name = 'w0'] = process.argv;
const [clock, ids] = [new SystemClock(), new SystemIds()];
const report = (): void => undefined;
/** Where all programs meet. */
const SHARED = 'shared';

const eventOf = (stack: string, version: number): AnyNewEvent =>
  ({
    ...{ id: ids.event(), type: 'VersionRetired', data: { stack: stack as StackName, version } },
    ...{ actor: 'test', correlation: 'c', causation: null },
  }) as AnyNewEvent;

const write = async (log: PostgresEventLog, own: string): Promise<never> => {
  const versions: Record<string, number> = { [own]: 0, [SHARED]: 0 };
  for (let round = 0; ; round++) {
    const stack = round % 4 === 3 ? SHARED : own;
    const version = versions[stack] ?? 0;
    const events = Array.from({ length: 1 + (round % 3) }, (_, n) => ({
      stream: `stack/${stack}`,
      event: eventOf(stack, version + n + 1),
    }));
    const [result] = await log.append([{ incarnation: 1, expected: { [`stack/${stack}`]: version }, events }]);
    if (result?.status === 'conflict') versions[stack] = result.actual;
    else if (result?.status === 'appended') versions[stack] = version + events.length;
    else throw new Error(`append to ${stack}: ${JSON.stringify(result)}`);
    if (result.status === 'appended')
      tell(
        result.positions,
        events.map(({ event }) => event.id),
      );
  }
};

const tell = (positions: readonly number[], told: readonly EventId[]): void => {
  process.stdout.write(positions.map((position, n) => `${position} ${told[n]}\n`).join(''));
};

const pool = new pg.Pool({ ...(JSON.parse(database) as pg.PoolConfig), max: 1, application_name: name });
await write(new PostgresEventLog({ pool, clock, report }), name);
