import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookAdded, WebhookView } from '#libs/contracts';
import { startGateway } from '../start.ts';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

interface Got {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly positions: readonly number[];
}

/** A receiver that answers as it is told to: with a status, or by hanging up. */
class Receiver {
  readonly got: Got[] = [];
  answers: (number | 'hang up')[] = [];
  readonly #server: Server;
  #arrived = Promise.withResolvers<void>();

  constructor() {
    this.#server = createServer(async (request, reply) => {
      const body = (await request.toArray()).join('');
      const answer = this.answers.shift() ?? 204;
      this.got.push({
        headers: request.headers as Record<string, string>,
        body,
        positions: (JSON.parse(body) as { position: number }[]).map(({ position }) => position),
      });
      if (answer === 'hang up') request.socket.destroy();
      else reply.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('much to say');
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/berth`;
  }

  get positions(): readonly number[] {
    return this.got.flatMap(({ positions }) => positions);
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.#arrived.promise;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

let gateway: TestGateway;
let receiver: Receiver;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.open();
});
afterEach(async () => {
  for (const { id } of await list()) await gateway.ask(`/v1/webhooks/${id}`, { method: 'DELETE' });
  await receiver.close();
});

const post = (body: object): Promise<Response> =>
  gateway.ask('/v1/webhooks', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const add = async (more: object = {}): Promise<WebhookAdded> => {
  const answer = await post({ url: receiver.url, ...more });
  expect(answer.status).toBe(201);
  return (await answer.json()) as WebhookAdded;
};
const list = async (): Promise<readonly WebhookView[]> =>
  ((await (await gateway.ask('/v1/webhooks')).json()) as { webhooks: WebhookView[] }).webhooks;
/** The one webhook, once it is so. */
const listed = async (holds: (view: WebhookView) => boolean): Promise<WebhookView> => {
  for (;;) {
    const [view] = await list();
    if (view && holds(view)) return view;
  }
};
const tag = (): Promise<void> => gateway.happen('hosts', 'HostTagged', { host: 'h1' as never, tags: [] });
const head = async (): Promise<number> => (await gateway.log.head()).position;
const numbers = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, n) => from + n);

describe('a webhook', () => {
  it('gets what matches from now on, as a signed batch of CloudEvents', async () => {
    await tag();
    const { secret } = await add({ filter: { type: ['HostTagged'], host: 'h1' } });
    await gateway.happen('stack/shop', 'VersionRetired', { stack: 'shop' as never, version: 1 });
    await tag();
    await receiver.until(() => receiver.got.length > 0);
    const [{ headers, body, positions } = { headers: {} as Record<string, string>, body: '', positions: [] }] = receiver.got;
    expect(positions).toEqual([await head()]);
    expect(headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });

  it('begins after a position, and says how far it is', async () => {
    for (let n = 0; n < 3; n++) await tag();
    const last = await head();
    await add({ after: last - 2, filter: { type: ['HostTagged'] } });
    await receiver.until(() => receiver.positions.length >= 2);
    expect(receiver.positions).toEqual([last - 1, last]);
    expect(await listed(({ behind }) => behind === 0)).toMatchObject({ state: 'sending', position: last, failures: 0, lastError: null });
  });

  it('keeps its secret sealed, and tells it once', async () => {
    const { id, secret } = await add({ secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` });
    const { rows } = await gateway.ports.pool.query('select secret from webhooks where id = $1', [id]);
    expect(rows[0]?.secret).toMatch(/^sealed:1:webhook\//);
    expect(JSON.stringify([await list(), await gateway.log.read({ limit: 1000 }), gateway.reported()])).not.toContain(secret);
  });

  it('that refuses or hangs up gets the same batch again, and waits in between', async () => {
    receiver.answers = [503, 'hang up'];
    await add({ filter: { type: ['HostTagged'] } });
    await tag();
    const last = await head();
    const failing = await listed(({ failures }) => failures === 1);
    expect(failing).toMatchObject({ state: 'failing', lastError: 'it answered 503', position: last - 1, behind: 1 });
    await receiver.until(() => receiver.got.length === 3);
    expect(receiver.got.map(({ positions }) => positions)).toEqual([[last], [last], [last]]);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await listed(({ state }) => state === 'sending')).toMatchObject({ failures: 0, lastError: null, retryAt: null });
  });

  it('that says 410 is sent nothing more', async () => {
    receiver.answers = [410];
    await add({ filter: { type: ['HostTagged'] } });
    await tag();
    expect(await listed(({ state }) => state === 'stopped')).toMatchObject({ lastError: 'it answered 410', retryAt: null });
  });

  it('is not led elsewhere by a redirect', async () => {
    receiver.answers = [302];
    await add({ filter: { type: ['HostTagged'] } });
    await tag();
    expect(await listed(({ failures }) => failures > 0)).toMatchObject({ lastError: 'it answered 302' });
  });

  it('goes on where it was when Berth is restarted, without gap or duplicate, though two replicas serve', async () => {
    const first = (await head()) + 1;
    await add({ filter: { type: ['HostTagged'] } });
    const appending = (async () => {
      for (let n = 0; n < 60; n++) await tag();
    })();
    for (let round = 1; round <= 2; round++) {
      const replica = await startGateway(gateway.ports);
      await receiver.until(() => receiver.positions.length >= round * 5);
      await replica.close();
    }
    await appending;
    await receiver.until(() => receiver.positions.length >= 60);
    await listed(({ behind }) => behind === 0);
    expect(receiver.positions).toEqual(numbers(first, 60));
  });

  it('gets a batch of a hundred at most, and all in order', async () => {
    const first = (await head()) + 1;
    for (let n = 0; n < 130; n++) await tag();
    await add({ after: first - 1 });
    await receiver.until(() => receiver.positions.length >= 130);
    expect(receiver.got.map(({ positions }) => positions.length)).toEqual([100, 30]);
    expect(receiver.positions).toEqual(numbers(first, 130));
  });
});

describe('a wish for a webhook is refused', () => {
  it.each([
    [{}, '#/url'],
    [{ url: 'ftp://x/' }, '#/url'],
    [{ url: 'http://user:pass@x/' }, '#/url'],
    [{ url: 'http://169.254.169.254/latest' }, '#/url: 169.254.169.254 is link-local'],
    [{ url: 'http://x/', secret: 'short' }, '#/secret'],
    [{ url: 'http://x/', filter: { colour: 'red' } }, '#/filter/colour'],
    [{ url: 'http://x/', filter: { type: ['VersionPromotd'] } }, 'did you mean VersionPromoted?'],
  ])('%j', async (body, words) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(await answer.json())).toContain(words);
  });

  it('and none is deleted that is not there', async () => {
    expect((await gateway.ask('/v1/webhooks/none', { method: 'DELETE' })).status).toBe(404);
  });
});

it('a name that leads nowhere is told with the webhook', async () => {
  await add({ url: 'http://berth.test.invalid/', filter: { type: ['HostTagged'] } });
  await tag();
  expect(await listed(({ failures }) => failures > 0)).toMatchObject({
    state: 'failing',
    lastError: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
  });
});

it('reported nothing: a receiver that refuses is no fault of ours', () => {
  expect(gateway.reported()).toBe('');
});
