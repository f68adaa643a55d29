import { afterEach, expect, it } from 'vitest';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent, DoorsState, MailMessage, StackName } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { containerOf, History } from '#libs/testing/history';
import { startProxyConfigurator } from './start.ts';

const shop = 'shop' as StackName;
const web = { ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http' as const, names: [] }] }] };

/** The service over a log in memory, and the mailbox of the host `main`. */
class Roof {
  readonly clock = new ManualClock(1_000_000);
  readonly log = new MemoryEventLog(this.clock);
  readonly history = new History();
  readonly problems: unknown[] = [];
  readonly inbox: DoorsState[] = [];
  readonly #ids = new CountingIds();
  readonly #report = (problem: string, cause: unknown): void => void this.problems.push([problem, cause]);
  readonly #mail = new InProcessMail(this.#report);
  readonly #opened: { close(): Promise<void> }[] = [];
  #rung = Promise.withResolvers<void>();

  async open(): Promise<void> {
    const { log, clock } = this;
    const receive = async (message: MailMessage): Promise<void> => {
      if (message.type === 'HostState' && message.kind === 'doors') this.inbox.push(message);
      this.#rung.resolve();
    };
    this.#opened.push(await this.#mail.receive('host/main', receive));
    const ports = { log, clock, ids: this.#ids, report: this.#report, feed: new InProcessFeed(log, clock, this.#report), mail: this.#mail };
    this.#opened.push(await startProxyConfigurator(ports));
  }

  async close(): Promise<void> {
    for (const part of this.#opened.splice(0).reverse()) await part.close();
  }

  ask(): void {
    this.#mail.send('proxy-configurator', { type: 'StateWanted', host: 'main' as never });
  }

  /** Appends what the history tells beyond what the log has. */
  async tell(change: (history: History) => void): Promise<void> {
    const known = this.history.events.length;
    change(this.history);
    for (const { stream, type, data } of this.history.events.slice(known)) {
      const event = { id: this.#ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as AnyNewEvent;
      const version = (await this.log.readStream(stream)).length;
      await this.log.append([{ incarnation: 1, expected: { [stream]: version }, events: [{ stream, event }] }]);
    }
  }

  /** The next doors that satisfy the claim. */
  async doors(isIt: (state: DoorsState) => boolean): Promise<DoorsState> {
    for (;;) {
      const found = this.inbox.find(isIt);
      if (found) return found;
      await this.#rung.promise;
      this.#rung = Promise.withResolvers();
    }
  }
}

let roof: Roof;
afterEach(() => roof.close());

const ready = (history: History): void => {
  const container = containerOf(shop, 1, 'web', 1);
  history.joined('main').connected('main').deploying(shop, 1, { web }).placed(shop, 1, 'web', ['main']);
  history.started(shop, container).healthy(shop, container);
};

it('draws the draft of a ready deployment and mails it to the proxy', async () => {
  roof = new Roof();
  await roof.open();
  await roof.tell(ready);
  const { asOf, full, parts } = await roof.doors(({ parts: [part] }) => part?.drafts.length === 1);
  const [drawn] = await roof.log.readStream('doors/shop');
  expect(drawn).toMatchObject({ type: 'DoorsDrawn', actor: 'proxy-configurator', data: { mode: 'draft' } });
  expect([asOf, full]).toEqual([{ incarnation: 1, position: drawn?.position }, false]);
  expect(parts).toMatchObject([{ stack: shop, live: null, drafts: [{ draft: drawn?.id, servers: [{ port: 8080 }] }] }]);
});

it('mails what serves when the draft is promoted', async () => {
  roof = new Roof();
  await roof.open();
  await roof.tell(ready);
  const { parts } = await roof.doors(({ parts: [part] }) => part?.drafts.length === 1);
  await roof.tell((history) => history.promoted(shop, 1, parts[0]?.drafts[0]?.draft ?? null));
  const after = await roof.doors(({ parts: [part] }) => part?.live !== null);
  expect(after.parts).toMatchObject([{ live: { generation: after.asOf, servers: [{ port: 8080 }] }, drafts: [] }]);
});

it('answers a host that asks with every stack', async () => {
  roof = new Roof();
  await roof.tell(ready);
  await roof.open();
  roof.ask();
  const { parts } = await roof.doors(({ full }) => full);
  expect(parts.map(({ stack }) => stack)).toEqual([shop]);
});

it('draws nothing twice after a restart', async () => {
  roof = new Roof();
  await roof.open();
  await roof.tell(ready);
  await roof.doors(({ parts: [part] }) => part?.drafts.length === 1);
  await roof.close();
  await roof.open();
  expect(await roof.log.readStream('doors/shop')).toHaveLength(1);
  expect(roof.problems).toEqual([]);
});
