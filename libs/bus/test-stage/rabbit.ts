import { afterAll, afterEach, beforeAll } from 'vitest';
import { CountingIds, SystemClock, SystemIds } from '#libs/clock';
import type { BerthEvent } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { startTestBroker, type TestBroker } from '#libs/testing';
import { type AmqpBus, openAmqpBus } from '../amqp/index.ts';
import { appendRetired } from './appended.ts';
import { Heard } from './heard.ts';

type OpenOptions = Partial<Pick<Parameters<typeof openAmqpBus>[0], 'makesTopology' | 'mayPack'>>;

/** A broker for a file of specs, with what they open on it. */
export interface Rabbit {
  readonly broker: TestBroker;
  /** What buses complained of since the test began. */
  readonly problems: Heard<string>;
  open(service: string, url?: string, options?: OpenOptions): Promise<AmqpBus>;
  /** The url of a part of the broker where nothing was made yet. */
  elsewhere(): Promise<string>;
  /** Another log, whose events are made here and published by hand. */
  log(): { append(count: number, stack?: string): Promise<readonly BerthEvent[]> };
}

/** To be called once in a spec file. */
export const useRabbit = (): Rabbit => {
  let broker: TestBroker;
  let problems = new Heard<string>();
  const buses: AmqpBus[] = [];
  const clock = new SystemClock();
  beforeAll(async () => {
    broker = await startTestBroker();
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    problems = new Heard();
  });
  afterAll(() => broker.stop());
  return {
    get broker() {
      return broker;
    },
    get problems() {
      return problems;
    },
    elsewhere: async () => {
      await broker.ctl('add_vhost', 'new');
      await broker.ctl('set_permissions', '--vhost', 'new', 'guest', '.*', '.*', '.*');
      return `${broker.url}/new`;
    },
    open: async (service, url = broker.url, options = {}) => {
      const report = (problem: string, cause: unknown): void => problems.add(`${problem}: ${cause}`);
      const bus = await openAmqpBus({ url, service, replica: new SystemIds().run(), clock, report, ...options });
      buses.push(bus);
      return bus;
    },
    log: () => {
      const log = new MemoryEventLog(clock);
      const ids = new CountingIds();
      return { append: (count, stack) => appendRetired(log, ids, count, stack) };
    },
  };
};
