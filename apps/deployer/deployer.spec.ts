import { afterEach, describe, expect, it } from 'vitest';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, EventType, StackName } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { rolloutDue } from '#libs/domain/rollout';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import { MemoryBeats } from '#libs/event-log/listening';
import { MemoryEventLog } from '#libs/event-log/memory';
import { History, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { factsOwed, requestOf } from '#libs/testing/neighbours';
import { startDeployer } from './start.ts';

const SHOP = 'shop' as StackName;
const shop: Record<string, ServiceWish> = {
  web: { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }] },
  api: {},
};

/** A log to which the test writes for all others, and deployers that react to it. */
class Roof {
  readonly clock = new ManualClock(1_000_000);
  readonly ids = new CountingIds();
  readonly log = new MemoryEventLog(this.clock);
  readonly beats = new MemoryBeats(this.clock);
  readonly problems: unknown[] = [];
  readonly #opened: { close(): Promise<void> }[] = [];

  async open(): Promise<{ close(): Promise<void> }> {
    const { log, clock, ids, beats } = this;
    const report = (problem: string, cause: unknown): void => void this.problems.push([problem, cause]);
    const deployer = await startDeployer({
      ...{ log, clock, ids, report, beats },
      feed: new InProcessFeed(log, clock, report),
      mail: new InProcessMail(report),
    });
    this.#opened.push(deployer);
    return deployer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((deployer) => deployer.close()));
  }

  async world(): Promise<World> {
    return (await this.log.read({ limit: 1000 })).reduce(evolveWorld, emptyWorld);
  }

  async tell(...facts: readonly Decided[]): Promise<void> {
    for (const { stream, type, data } of facts) {
      const event = { id: this.ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      const { versions, incarnation } = await this.world();
      const [result] = await this.log.append([
        { incarnation, expected: { [stream]: versions.get(stream) ?? 0 }, events: [{ stream, event }] },
      ]);
      expect(result?.status).toBe('appended');
    }
  }

  async hosts(): Promise<void> {
    const { events } = new History().joined('one').connected('one').joined('two').connected('two');
    await this.tell(...(events as readonly Decided[]));
  }

  /** Lets the deployers say what is due, the others what they owe, and time pass, until everyone is content. */
  async settle(isEnough: (world: World) => boolean = () => false): Promise<World> {
    for (;;) {
      const appended = this.#appended();
      const world = await this.world();
      const due = rolloutDue(world, SHOP, this.clock.now());
      const owed = factsOwed(world, SHOP)[0];
      const wakeAt = Math.min(...due.map((decision) => decision.wakeAt ?? Number.POSITIVE_INFINITY));
      if (isEnough(world)) return world;
      if (due.some(({ events }) => events.length > 0)) await appended;
      else if (owed) await this.tell(owed);
      else if (Number.isFinite(wakeAt)) this.clock.advance(wakeAt - this.clock.now());
      else return world;
    }
  }

  async types(): Promise<readonly EventType[]> {
    return (await this.log.readStream('stack/shop')).map(({ type }) => type);
  }

  #appended(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.log.onAppended(() => {
      stop();
      resolve();
    });
    return promise;
  }
}

describe('deployer', () => {
  let roof = new Roof();
  afterEach(async () => {
    await roof.close();
    expect(roof.problems).toEqual([]);
    roof = new Roof();
  });

  it('brings a request to its promotion, and replaces it by the next', async () => {
    await roof.open();
    await roof.hosts();
    await roof.tell(requestOf('shop', 1, shop));
    await roof.settle();
    await roof.tell(requestOf('shop', 2, shop));
    const world = await roof.settle();
    expect(world.stacks.get(SHOP)?.promoted).toBe(2);
    expect(world.stacks.get(SHOP)?.versions[1]?.status).toBe('retired');
    expect(checkInvariants(await roof.log.read({ limit: 1000 }))).toEqual([]);
  });

  it('writes everything once where two replicas react to one log', async () => {
    await Promise.all([roof.open(), roof.open()]);
    await roof.hosts();
    await roof.tell(requestOf('shop', 1, shop));
    await roof.settle();
    await roof.tell(requestOf('shop', 2, shop));
    await roof.settle();
    const deployment = ['VersionCreated', 'DeploymentStarted', 'VersionPromoted', 'SwitchCompleted'];
    const retirement = ['RetirementWaveStarted', 'ContainersRetired', 'RetirementWaveStarted', 'ContainersRetired', 'VersionRetired'];
    expect(await roof.types()).toEqual([...deployment, ...deployment, ...retirement]);
  });

  it('goes on where a killed one stopped', async () => {
    const first = await roof.open();
    await roof.hosts();
    await roof.tell(requestOf('shop', 1, shop));
    await roof.settle((world) => (world.stacks.get(SHOP)?.running ?? null) !== null);
    await first.close();
    await roof.tell(...factsOwed(await roof.world(), SHOP));
    await roof.open();
    expect((await roof.settle()).stacks.get(SHOP)?.promoted).toBe(1);
  });

  it('ends a deployment at its deadline when nobody says anything', async () => {
    await roof.open();
    await roof.tell(requestOf('shop', 1, shop, { deadlineMs: 5000 }));
    await roof.settle();
    const failed = (await roof.log.readStream('stack/shop')).find(({ type }) => type === 'DeployFailed');
    expect(failed?.at).toBe(1_005_000);
    expect(failed?.data).toMatchObject({ step: 'place', cause: { kind: 'deadline' } });
  });

  it('promotes what it was stopped in the middle of, though the deadline passed meanwhile', async () => {
    const first = await roof.open();
    await roof.hosts();
    await roof.tell(requestOf('shop', 1, shop, { deadlineMs: 60_000 }));
    await roof.settle((world) => world.stacks.get(SHOP)?.running != null);
    await first.close();
    roof.clock.advance(3_600_000);
    await roof.open();
    expect((await roof.settle()).stacks.get(SHOP)?.promoted).toBe(1);
    expect(await roof.log.readStream('listening/deployer')).toHaveLength(1);
  });

  it('names its decisions after the deployment and the event that led to them', async () => {
    await roof.open();
    await roof.tell(requestOf('shop', 1, shop));
    const { stacks } = await roof.settle((world) => world.stacks.get(SHOP)?.running != null);
    const [request, created] = await roof.log.read({ stack: 'shop' });
    expect(created).toMatchObject({ actor: 'deployer', causation: request?.id, correlation: stacks.get(SHOP)?.running });
  });
});
