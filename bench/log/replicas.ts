import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openAmqpBus } from '#libs/bus/amqp';
import type { AnyNewEvent } from '#libs/contracts';
import { PostgresLeases } from '#libs/event-log/postgres';
import { startRelay } from '#libs/event-log/relay';
import { History } from '#libs/testing/history';
import type { Lab } from '../lab.ts';
import type { Reading } from '../line.ts';
import { clock, ids, openStage, report, type Stage } from './post/stage.ts';

const REPLICAS = [1, 2, 4];
const PROGRAM = fileURLToPath(new URL('../../libs/event-log/react/test-stage/scheduler.ts', import.meta.url));

/** Decisions a second (an event for each new stack, read by feed and turn, decided and appended) of a service with so many replicas. */
export const bench = async (lab: Lab): Promise<void> => {
  for (const count of REPLICAS) {
    const stage = await openStage(`replicas_${count}`);
    const bus = await openAmqpBus({ url: stage.broker.url, service: 'relay', replica: ids.run(), clock, report });
    const relay = startRelay({ log: stage.log, leases: new PostgresLeases(stage.pool), publisher: bus.publisher, clock, ids, report });
    const replicas = await Promise.all(Array.from({ length: count }, () => join(stage)));
    try {
      const stacks = lab.isQuick ? 200 : 1000;
      const round = rounds(stage, stacks);
      await round();
      await lab.measure({
        ours: round,
        figures: [{ id: `replicas_${count}`, of: 'rate', unit: 'decisions/s', better: 'higher' }],
      });
    } finally {
      for (const replica of replicas) replica.kill('SIGKILL');
      await relay.close();
      await bus.close();
      await stage.close();
    }
  }
};

const join = async ({ config, broker }: Stage): Promise<ChildProcess> => {
  const args = ['--conditions=berth-source', PROGRAM, 'evenly', JSON.stringify(config), broker.url];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
};

/** Deploys so many stacks that are new, and waits until each of them was decided for. */
const rounds = ({ log }: Stage, stacks: number): (() => Promise<Reading>) => {
  let round = 0;
  return async () => {
    const from = (await log.head()).position;
    const { incarnation } = await log.head();
    round += 1;
    const begun = performance.now();
    await Promise.all(
      Array.from({ length: stacks }, async (_, index) => {
        for (const { stream, version, type, data } of new History().deploying(`s${round}x${index}`, 1, { web: {} }).events) {
          const event = { id: ids.event(), type, data, actor: 'bench', correlation: 'bench', causation: null } as AnyNewEvent;
          await log.append([{ incarnation, expected: { [stream]: version - 1 }, events: [{ stream, event }] }]);
        }
      }),
    );
    for (let decided = 0; decided < stacks; await clock.sleep(10))
      decided = (await log.read({ type: 'VersionRetired', after: from, limit: 1000 })).length;
    return { rate: (stacks * 1000) / (performance.now() - begun) };
  };
};
