import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyFor } from '../testing/body-for.ts';
import { openGateway, startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

interface Told {
  readonly id: number;
  readonly position: number;
  readonly type: string;
  readonly subject: string;
}

const toldIn = (frame: string): Told[] => {
  const line = (name: string): string | undefined =>
    frame
      .split('\n')
      .find((text) => text.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = line('data');
  return data === undefined ? [] : [{ ...(JSON.parse(data) as Told), id: Number(line('id')?.split('.')[1]) }];
};

describe('GET /v1/events', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway?.close());

  const list = async (query: string) => (await (await gateway.ask(`/v1/events${query}`)).json()) as { events: Told[]; next: string | null };
  const follow = (query: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> =>
    gateway.ask(`/v1/events${query}`, { headers: { accept: 'text/event-stream', ...headers }, ...(signal ? { signal } : {}) });
  /** Listens until this many events were told, then leaves. */
  const hear = async (answer: Response, count: number): Promise<Told[]> => {
    const told: Told[] = [];
    let rest = '';
    for await (const chunk of (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream())) {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      told.push(...frames.flatMap(toldIn));
      if (told.length >= count) break;
    }
    return told;
  };
  const deploy = async (stack: string): Promise<void> => {
    expect((await gateway.deploy(bodyFor(stack))).status).toBe(202);
  };
  const head = async (): Promise<number> => (await gateway.log.head()).position;

  it('gives pages as CloudEvents, each going on where the one before ended', async () => {
    for (let i = 0; i < 5; i++) await deploy('pages');
    const first = await list('?stack=pages&limit=3');
    const rest = await list(`?stack=pages&limit=3&cursor=${first.next}`);
    expect([...first.events, ...rest.events].map(({ type, subject }) => `${type} ${subject}`)).toEqual(
      Array(5).fill('DeployRequested pages'),
    );
    expect(first.events[0]).toMatchObject({ specversion: '1.0', source: '/requests/pages', datacontenttype: 'application/json' });
    expect((await list(`?stack=pages&limit=3&cursor=${rest.next}`)).events).toEqual([]);
  });

  it('tells by stream and by type', async () => {
    await deploy('narrow');
    expect((await list('?stream=requests/narrow')).events).toHaveLength(1);
    expect((await list('?stack=narrow&type=VersionPromoted')).events).toEqual([]);
  });

  it('streams what was there and what comes, without gap or duplicate, while many append', async () => {
    const after = await head();
    const streams = await Promise.all(Array.from({ length: 4 }, () => follow(`?after=${after}`)));
    expect(streams[0]?.headers.get('content-type')).toContain('text/event-stream');
    const heard = Promise.all(streams.map((answer) => hear(answer, 60)));
    await Promise.all(Array.from({ length: 60 }, (_, i) => deploy(`live-${i % 7}`)));
    const expected = Array.from({ length: 60 }, (_, i) => after + 1 + i);
    for (const told of await heard) {
      expect(told.map(({ id }) => id)).toEqual(expected);
      expect(told.map(({ position }) => position)).toEqual(expected);
    }
  });

  it('goes on after the last event that a client saw, while others append', async () => {
    const after = await head();
    const appending = Promise.all(Array.from({ length: 30 }, (_, i) => deploy(`again-${i % 3}`)));
    const told: number[] = [];
    while (told.length < 30) {
      const lastSeen = told.at(-1);
      const answer = await follow(`?after=${after}`, lastSeen === undefined ? {} : { 'last-event-id': String(lastSeen) });
      told.push(...(await hear(answer, 1)).map(({ id }) => id));
    }
    await appending;
    expect(told).toEqual(Array.from({ length: 30 }, (_, i) => after + 1 + i));
  });

  it('streams only what was asked for', async () => {
    const answer = await follow(`?after=${await head()}&stack=mine`);
    const heard = hear(answer, 2);
    for (const stack of ['theirs', 'mine', 'theirs', 'mine']) await deploy(stack);
    expect((await heard).map(({ subject }) => subject)).toEqual(['mine', 'mine']);
  });

  it('refuses a Last-Event-ID that is no position', async () => {
    const answer = await follow('', { 'last-event-id': 'x' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('Last-Event-ID') });
  });

  it('ends the streams when it closes, also of a client that does not read', async () => {
    const other = await openGateway(gateway.postgres);
    for (let i = 0; i < 200; i++) await other.happen('hosts', 'HostTagged', { host: 'h1' as never, tags: ['x'.repeat(20_000)] });
    const headers = { accept: 'text/event-stream' };
    const [reads, idles] = [
      await other.ask(`/v1/events?after=${(await other.log.head()).position}`, { headers }),
      await other.ask('/v1/events', { headers }),
    ];
    const ended = hear(reads, 1).catch(() => []);
    await other.close();
    expect(await ended).toEqual([]);
    await expect(idles.text()).rejects.toThrow();
    expect(other.reported()).toBe('');
  });

  it('reported nothing: a client that leaves is no fault', () => {
    expect(gateway.reported()).toBe('');
  });
});
