import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, EventData, EventType, StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { History } from '#libs/testing/history';
import { MemoryEventLog } from '../memory/index.ts';
import { Reactor, type ReactorOptions } from './reactor.ts';

/** A log of a test's own, and reactors that read it. */
export class Stage {
  readonly clock = new ManualClock(1_000_000);
  readonly ids = new CountingIds();
  readonly log: MemoryEventLog;
  readonly problems: string[] = [];

  constructor(make: (clock: ManualClock) => MemoryEventLog = (clock) => new MemoryEventLog(clock)) {
    this.log = make(this.clock);
  }

  async reactor(due: ReactorOptions['due'], more: Partial<ReactorOptions> = {}): Promise<Reactor> {
    const { clock, ids, log } = this;
    const report = (problem: string, cause: unknown): void => void this.problems.push(`${problem}: ${cause}`);
    const reactor = new Reactor({ log, clock, ids, report, consumer: 'test', due, ...more });
    await reactor.start();
    return reactor;
  }

  async happens<T extends EventType>(stream: string, type: T, data: EventData<T>): Promise<void> {
    const event = { id: this.ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as unknown as AnyNewEvent;
    const { incarnation } = await this.log.head();
    const version = (await this.log.readStream(stream)).length;
    await this.log.append([{ incarnation, expected: { [stream]: version }, events: [{ stream, event }] }]);
  }

  async deploying(...stacks: readonly string[]): Promise<void> {
    for (const stack of stacks)
      for (const { stream, type, data } of new History().deploying(stack, 1, { web: {} }).events)
        await this.happens(stream, type, data as never);
  }

  /** As a feed brings what the reactors don't know yet, until there is nothing. */
  async feed(...reactors: readonly Reactor[]): Promise<void> {
    for (let isNew = true; isNew; ) {
      isNew = false;
      for (const reactor of reactors) {
        const news = await this.log.read({ after: reactor.world.position, limit: 1000 });
        if (news.length > 0 && reactor.hindrance === null) isNew = true;
        if (news.length > 0) await reactor.take(news);
      }
    }
  }

  async all(type: EventType): Promise<readonly BerthEvent[]> {
    return this.log.read({ type, limit: 1000 });
  }

  /** Lets time pass, and everything that it wakes end. */
  async pass(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }
}

/** Everything ended that needs no time. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 100; i++) await Promise.resolve();
};

/** Retires version 1 of every stack once, on the stream of the stack itself. */
export const retiresOnce = (world: Parameters<ReactorOptions['due']>[0], stack: StackName): Decision[] => {
  if (world.stacks.get(stack)?.versions[1]?.status !== 'created') return [];
  const stream = `stack/${stack}`;
  const event = { stream, type: 'VersionRetired', data: { stack, version: 1 } } as const;
  return [{ events: [event], expected: { [stream]: world.versions.get(stream) ?? 0 }, correlation: 'test', causation: null }];
};
