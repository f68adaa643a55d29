import pg from 'pg';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent, EventId, StackName } from '#libs/contracts';
import { PostgresEventLog } from '../index.ts';

/**
 * A program of many writers, each with a log and a connection of its own, that append until they are killed. It prints each event that was
 * acknowledged, `<position> <id>`. Arguments: configuration of the database as JSON, how many writers, a letter that no other program has.
 */
const [, , database = '{}', count = '1', letter = 'a'] = process.argv;
const [clock, ids] = [new SystemClock(), new SystemIds()];
const report = (): void => undefined;
/** Where all writers of all programs meet. */
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

await Promise.all(
  Array.from({ length: Number(count) }, async (_, n) => {
    const pool = new pg.Pool({ ...(JSON.parse(database) as pg.PoolConfig), max: 1, application_name: `crew ${letter}` });
    await write(new PostgresEventLog({ pool, clock, report }), `${letter}${n}`);
  }),
);
