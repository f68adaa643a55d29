import { readFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:http';
import type { Daemon } from './daemon.ts';
import { until } from './programs.ts';

const PATIENCE_S = 60;

/** Returns when the daemon answers; throws with its own words when it ends. */
export const answering = async (what: string, daemon: Daemon, log: string, at: RequestOptions): Promise<void> => {
  const isUp = (): Promise<boolean> =>
    ask(at).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(`${what} to answer (${log})`, PATIENCE_S, async () => !daemon.isRunning || (await isUp()));
  if (!daemon.isRunning) throw new Error(`start ${what}: it ended\n${readFileSync(log, 'utf8').slice(-2000)}`);
};

/** One GET, to a port or to a unix socket. */
export const ask = (at: RequestOptions): Promise<{ readonly status: number | undefined; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ ...at, timeout: 2000 }, async (answer) => {
      resolve({ status: answer.statusCode, text: (await answer.toArray()).join('') });
    });
    sent
      .on('timeout', () => sent.destroy(new Error('no answer within 2 s')))
      .on('error', reject)
      .end();
  });
