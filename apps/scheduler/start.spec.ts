import { afterEach, describe, expect, it } from 'vitest';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { CountingIds, ManualClock } from '#libs/clock';
import type {
  AnyNewEvent,
  BerthEvent,
  EventType,
  Generation,
  HostHello,
  HostId,
  HostReport,
  MailMessage,
  ReportedContainer,
  ServiceName,
  StackName,
} from '#libs/contracts';
import type { AppendItem, AppendResult } from '#libs/event-log';
import { MemoryAttachments, MemoryEventLog, MemorySeals } from '#libs/event-log/memory';
import { containerOf, History, type ServiceWish } from '#libs/testing/history';
import { startScheduler } from './start.ts';

const shop = 'shop' as StackName;
const host = 'a' as HostId;
const web = containerOf('shop', 1, 'web', 1);
const capacity = { milliCpus: 4000, memoryBytes: 2 ** 32 };
const hello: HostHello = { type: 'HostHello', host, runId: 'run-1', tags: ['gpu'], capacity, proxy: true, engine: '20.10' };

type OfType<T extends MailMessage['type']> = Extract<MailMessage, { type: T }>;

/** A log to which another replica can append just before we do. */
class RivalLog extends MemoryEventLog {
  rival: (() => Promise<void>) | null = null;

  override async append(items: readonly AppendItem[]): Promise<readonly AppendResult[]> {
    const rival = this.rival;
    this.rival = null;
    await rival?.();
    return super.append(items);
  }
}

/** A control plane that has only its scheduler, with a scripted agent of host `a`. */
class Stage {
  readonly clock = new ManualClock(1_000_000);
  readonly ids = new CountingIds();
  readonly problems: string[] = [];
  readonly log = new RivalLog(this.clock);
  readonly seals = new MemorySeals(this.ids);
  readonly attachments = new MemoryAttachments(this.clock);
  readonly #report = (problem: string, cause: unknown): void => void this.problems.push(`${problem}: ${String(cause)}`);
  readonly mail = new InProcessMail(this.#report);
  readonly #inbox: MailMessage[] = [];
  #arrived = Promise.withResolvers<void>();
  readonly #open: { close(): Promise<void> }[] = [];

  async start(): Promise<this> {
    const { log, mail, clock, ids, seals, attachments } = this;
    const feed = new InProcessFeed(log, clock, this.#report);
    this.#open.push(await startScheduler({ log, feed, mail, clock, ids, seals, attachments, report: this.#report }));
    this.#open.push(
      await mail.receive(`host/${host}`, async (message) => {
        this.#inbox.push(message);
        this.#arrived.resolve();
      }),
    );
    return this;
  }

  async close(): Promise<void> {
    for (const part of this.#open.splice(0).reverse()) await part.close();
  }

  /** The oldest message of this type that was not heard yet. */
  async heard<T extends MailMessage['type']>(type: T): Promise<OfType<T>> {
    for (;;) {
      const index = this.#inbox.findIndex((message) => message.type === type);
      if (index >= 0) return this.#inbox.splice(index, 1)[0] as OfType<T>;
      this.#arrived = Promise.withResolvers();
      await this.#arrived.promise;
    }
  }

  say(message: MailMessage): void {
    this.mail.send('scheduler', message);
  }

  async greet(said: HostHello = hello): Promise<Generation> {
    this.say(said);
    return (await this.heard('HostWelcome')).session;
  }

  async report(session: Generation, said: Partial<HostReport>): Promise<void> {
    this.say({ type: 'HostReport', host, session, seq: 1, full: true, containers: [], parts: [], ...said });
    await this.heard('ReportAcknowledged');
  }

  /** Appends what other services would have said. */
  async told(history: History): Promise<void> {
    for (const { stream, type, data } of history.events) {
      const expected = { [stream]: (await this.log.readStream(stream)).length };
      const event = { id: this.ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      expect(await this.log.append([{ incarnation: 1, expected, events: [{ stream, event }] }])).toMatchObject([{ status: 'appended' }]);
    }
  }

  async deploy(services: Readonly<Record<string, ServiceWish>>, stack = 'shop'): Promise<void> {
    await this.told(new History().deploying(stack, 1, services));
  }

  async happened(type: EventType, stack = 'shop'): Promise<BerthEvent> {
    for (;;) {
      const appended = Promise.withResolvers<void>();
      const stop = this.log.onAppended(appended.resolve);
      const [event] = await this.log.read({ type, stack });
      if (!event) await appended.promise;
      stop();
      if (event) return event;
    }
  }

  /** Seconds pass until this is in the stream of hosts. */
  async comes(type: EventType): Promise<void> {
    for (let second = 0; second < 30 && !(await this.types('hosts')).includes(type); second++) {
      this.clock.advance(1000);
      for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    }
    expect(await this.types('hosts')).toContain(type);
  }

  async types(stream: string): Promise<readonly string[]> {
    return (await this.log.readStream(stream)).map(({ type }) => type);
  }
}

const seen = (said: Partial<ReportedContainer> = {}): ReportedContainer => ({
  ...{ container: web, stack: shop, state: 'running', run: 'r1', engineId: 'e1', image: 'i1', address: '10.64.0.2' },
  ...{ health: 'healthy', healthBy: 'port', exitCode: null, oom: false, message: '', output: null, drained: false },
  ...said,
});

const stages: Stage[] = [];
const start = async (before = new History()): Promise<Stage> => {
  const stage = new Stage();
  stages.push(stage);
  await stage.told(before);
  return stage.start();
};
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

describe('a host', () => {
  it('joins with its first hello and gets the position of its connection as session', async () => {
    const stage = await start();
    expect(await stage.greet()).toEqual({ incarnation: 1, position: 2 });
    expect(await stage.types('hosts')).toEqual(['HostJoined']);
    expect(await stage.types('host/a')).toEqual(['HostConnected']);
  });

  it('keeps its session when the same run says hello again', async () => {
    const stage = await start();
    const session = await stage.greet();
    expect(await stage.greet()).toEqual(session);
    expect(await stage.greet({ ...hello, runId: 'run-2' })).toEqual({ incarnation: 1, position: 3 });
  });

  it('is asked for a hello by a scheduler that does not know its session, its level or itself', async () => {
    const stage = await start();
    stage.say({ type: 'StateWanted', host });
    await stage.heard('HelloWanted');
    const session = await stage.greet();
    stage.say({ type: 'HostReport', host, session, seq: 7, full: false, containers: [], parts: [] });
    await stage.heard('HelloWanted');
    await stage.greet({ ...hello, runId: 'run-2' });
    stage.say({ type: 'HostReport', host, session, seq: 1, full: true, containers: [], parts: [] });
    await stage.heard('HelloWanted');
    expect(stage.problems).toEqual([]);
  });
});

describe('a restart that a person asked for', () => {
  it('is told to the agent of an empty host until its machine is in another boot, and then it gets containers again', async () => {
    const stage = await start();
    const session = await stage.greet({ ...hello, bootId: 'boot-1' });
    await stage.report(session, {});
    await stage.told(new History().happened('wishes/a', 'HostChangeRequested', { host, change: { kind: 'reboot' } }));
    await stage.comes('HostRebootStarted');
    for (const runId of ['run-2', 'run-3']) {
      stage.say({ type: 'StateWanted', host });
      expect(await stage.heard('HostState')).toMatchObject({ reboot: { bootId: 'boot-1' } });
      await stage.greet({ ...hello, runId, bootId: runId === 'run-2' ? 'boot-1' : 'boot-2' });
    }
    await stage.comes('HostUncordoned');
    stage.say({ type: 'StateWanted', host });
    expect(await stage.heard('HostState')).not.toMatchObject({ reboot: expect.anything() });
  });
});

describe('a deployment', () => {
  it('is placed, told to its host with the keys of its environment, and acknowledged after its facts are in the log', async () => {
    const stage = await start();
    const session = await stage.greet();
    const environment = await stage.seals.seal('shop-1', { SECRET: 'x' });
    await stage.deploy({ web: { environment, tags: ['gpu'] } });
    const state = await stage.heard('HostState');
    expect(state).toMatchObject({ kind: 'containers', full: false, keys: await stage.seals.keys(['shop-1']) });
    expect(state.parts).toMatchObject([{ stack: 'shop', containers: [{ goal: 'run', spec: { container: web, environment } }] }]);
    await stage.report(session, { containers: [seen()] });
    expect(await stage.types('host/a')).toEqual(['HostConnected', 'ContainerStarted', 'ContainerHealthy']);
  });

  it('waits for a dependency to be healthy before its host is told', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ api: {}, web: { dependsOn: [{ service: 'api' as ServiceName, condition: 'healthy' }] } });
    const api = containerOf('shop', 1, 'api', 1);
    const first = await stage.heard('HostState');
    expect(first.parts).toMatchObject([{ containers: [{ spec: { container: api } }] }]);
    await stage.report(session, { containers: [seen({ container: api })] });
    const second = await stage.heard('HostState');
    expect(second.parts).toMatchObject([{ containers: [{ spec: { container: api } }, { spec: { container: web } }] }]);
  });

  it('leaves the last lines of a failed container beside the log', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    await stage.report(session, { containers: [seen({ state: 'exited', exitCode: 3, output: 'no config\n' })] });
    const failed = await stage.happened('ContainerFailed');
    if (failed.type !== 'ContainerFailed') throw new Error(`expect ContainerFailed, meet ${failed.type}`);
    expect(failed.data).toMatchObject({ exitCode: 3, output: { lines: 1, expires: 1_000_000 + 30 * 24 * 3600 * 1000 } });
    expect(await stage.attachments.fetch(failed.data.output?.sha256 ?? '')).toBe('no config\n');
  });

  it('is refused with a fix when no host will do', async () => {
    const stage = await start();
    await stage.greet();
    await stage.deploy({ web: { tags: ['gpuu'] } });
    expect((await stage.happened('PlacementFailed')).data).toMatchObject({ fix: expect.stringContaining('did you mean gpu?') });
  });

  it('is decided again when another stack was placed at the same version of the fleet', async () => {
    const before = new History()
      .joined('a')
      .deploying('shop', 1, { web: {} })
      .deploying('blog', 1, { web: {} })
      .deploying('wiki', 1, { web: {} });
    const stage = await start(before);
    for (const stack of ['shop', 'blog', 'wiki']) expect((await stage.happened('ContainersPlaced', stack)).type).toBe('ContainersPlaced');
  });
});

describe('reports', () => {
  it('say nothing new when they say the same again', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    await stage.report(session, { containers: [seen()] });
    const { position } = await stage.log.head();
    await stage.report(session, { seq: 2, containers: [seen()] });
    expect((await stage.log.head()).position).toBe(position);
  });

  it('are judged again when another replica was first, and no fact is recorded twice', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    const subject = { stack: shop, host, container: web, run: 'r1' };
    const rival = new History().happened('host/a', 'ContainerStarted', { ...subject, address: '10.64.0.2', engineId: 'e1', image: 'i1' });
    stage.log.rival = () => stage.told(rival);
    await stage.report(session, { containers: [seen()] });
    expect(await stage.types('host/a')).toEqual(['HostConnected', 'ContainerStarted', 'ContainerHealthy']);
  });

  it('are judged with all that was said before in the session', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    const part = { stack: shop, drafts: [], doors: null, busy: [], names: null };
    await stage.report(session, { containers: [seen()], parts: [part] });
    await stage.told(new History().promoted('shop', 1));
    await stage.told(new History().leaving('shop', 1, [web]));
    const drained = { ...part, names: { incarnation: 1, position: (await stage.log.head()).position } };
    await stage.report(session, { seq: 2, full: false, parts: [drained] });
    expect(await stage.types('host/a')).not.toContain('ContainersDrained');
    await stage.report(session, { seq: 3, full: false, containers: [seen({ drained: true })] });
    expect(await stage.types('host/a')).toContain('ContainersDrained');
  });

  it('let a container that was retired go, release its room and forget it', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    await stage.told(new History().failed('shop', 1).retired('shop', [web]));
    expect((await stage.heard('HostState')).parts).toMatchObject([{ containers: [{ goal: 'gone', container: web }] }]);
    await stage.report(session, { containers: [seen({ state: 'gone', run: null })] });
    expect((await stage.happened('PlacementReleased')).data).toMatchObject({ container: web, host });
    expect((await stage.heard('HostState')).parts).toMatchObject([{ stack: 'shop', containers: [] }]);
  });
});

describe('"what should I be?"', () => {
  it('is answered with every part of the host', async () => {
    const stage = await start();
    await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    stage.say({ type: 'StateWanted', host });
    const state = await stage.heard('HostState');
    expect(state).toMatchObject({ kind: 'containers', full: true, parts: [{ stack: 'shop', containers: [{ goal: 'run' }] }] });
  });
});

describe('a scheduler that starts again', () => {
  it('places nothing twice and asks for the levels that it lost', async () => {
    const stage = await start();
    const session = await stage.greet();
    await stage.deploy({ web: {} });
    await stage.heard('HostState');
    await stage.close();
    await stage.start();
    stage.say({ type: 'StateWanted', host });
    expect((await stage.heard('HostState')).parts).toMatchObject([{ containers: [{ goal: 'run' }] }]);
    stage.say({ type: 'HostReport', host, session, seq: 9, full: false, containers: [], parts: [] });
    await stage.heard('HelloWanted');
    expect(await stage.greet()).toEqual(session);
    expect(await stage.types('fleet')).toEqual(['ContainersPlaced']);
  });
});
