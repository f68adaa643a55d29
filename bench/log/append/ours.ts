import pg from 'pg';
import { SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import { PostgresEventLog } from '#libs/event-log/postgres';
import { dataOf, ENVELOPE, type Target, TYPE, type Writer } from './writer.ts';

const ids = new SystemIds();

/** Through the log's own door, with its checks of data and versions; several callers have a stream each. */
export const openOurs = async ({ config }: Target): Promise<Writer & { readonly caller: (n: number) => Writer }> => {
  const pool = new pg.Pool({ ...config, max: 1 });
  const log = new PostgresEventLog({
    pool,
    clock: new SystemClock(),
    report: (problem, cause) => {
      throw new Error(problem, { cause });
    },
  });
  const close = async (): Promise<void> => {
    await log.close();
    await pool.end();
  };
  const run = `h${ids.run()}`;
  const writerOn = (host: string): Writer => {
    const stream = `host/${host}`;
    let version = 0;
    return {
      append: async (count) => {
        const events = Array.from({ length: count }, (_, n) => ({
          stream,
          event: { id: ids.event(), type: TYPE, data: dataOf(host, version + n), ...ENVELOPE } as unknown as AnyNewEvent,
        }));
        const [result] = await log.append([{ incarnation: 1, expected: { [stream]: version }, events }]);
        if (result?.status !== 'appended') throw new Error(`append ${count} events: ${JSON.stringify(result)}`);
        version += count;
      },
      close,
    };
  };
  return { ...writerOn(run), caller: (n) => writerOn(`${run}-${n}`) };
};
