import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../start.ts';
import { hear } from '../testing/hear.ts';
import { openGateway, startTestGateway, type TestGateway, TOKEN } from '../testing/open-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.close());

interface Page {
  readonly events: readonly { readonly position: number; readonly type: string }[];
  readonly next: string | null;
}
const page = async (query: string): Promise<Page> => (await (await gateway.ask(`/v1/events?${query}`)).json()) as Page;
const positions = async (query: string): Promise<readonly number[]> => (await page(query)).events.map(({ position }) => position);
const head = async (): Promise<number> => (await gateway.log.head()).position;
const retire = (stack: string): Promise<void> => gateway.happen(`stack/${stack}`, 'VersionRetired', { stack: stack as never, version: 1 });
const stop = (stack: string, host: string, container: string): Promise<void> =>
  gateway.happen(`host/${host}`, 'ContainerStopped', { stack, host, container } as never);
const follow = (url: string, query: string, last?: string): Promise<Response> => {
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${TOKEN}`,
    ...(last === undefined ? {} : { 'last-event-id': last }),
  };
  return fetch(`${url}/v1/events?${query}`, { headers });
};

describe('questions', () => {
  it('mix any filters', async () => {
    const after = await head();
    await stop('mixed', 'h1', 'mixed-web-1-abcdefgh-1');
    await stop('mixed', 'h2', 'mixed-web-2-abcdefgh-1');
    await retire('mixed');
    const from = `after=${after}`;
    expect(await positions(`${from}&host=h2`)).toEqual([after + 2]);
    expect(await positions(`${from}&container=mixed-web-1-abcdefgh-1&type=ContainerStopped,VersionRetired&stack=mixed`)).toEqual([
      after + 1,
    ]);
    expect(await positions(`${from}&type=ContainerStopped&type=VersionRetired&order=newest&limit=2`)).toEqual([after + 3, after + 2]);
    expect(await positions(`${from}&actor=test&correlation=test&before=${after + 3}`)).toEqual([after + 1, after + 2]);
    expect(await positions(`${from}&from=2100-01-01`)).toEqual([]);
    expect(await positions(`${from}&until=2100-01-01T00:00:00%2B01:00&stream=stack/mixed`)).toEqual([after + 3]);
  });

  it.each([
    ['colour=red', 'no parameter is called colour; use stack, '],
    ['contaner=x', 'no parameter is called contaner; did you mean container?'],
    ['type=VersionPromotd', 'type: no event is of the type VersionPromotd; did you mean VersionPromoted?'],
    ['from=yesterday', 'from: use a time with its offset, for example 2026-11-21T14:00:00Z'],
    ['from=2026-11-21T14:00:00', 'from: use a time with its offset'],
    ['after=-1', 'after: use a position, for example 42 or 1.42'],
    ['host=A_B', 'host: use 1 to 40 lower-case letters'],
    ['stack=a&stack=b', 'stack: '],
    ['order=up', 'order: use oldest or newest'],
    ['cursor=nonsense', 'cursor: it is no cursor of this log'],
    ['min_position=x', 'min_position: use a whole number'],
    ['wait=61s', 'wait: use at most 60s'],
  ])('that can not be read are refused by name: %s', async (query, words) => {
    const answer = await gateway.ask(`/v1/events?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(words) });
  });
});

describe('a cursor', () => {
  it.each(['oldest', 'newest'])('leads through all, each once, while others append: %s first', async (order) => {
    const stack = `paged-${order}`;
    for (let n = 0; n < 7; n++) await retire(stack);
    const wanted = await positions(`stack=${stack}&order=${order}`);
    const told: number[] = [];
    let address: string | null = `/v1/events?stack=${stack}&order=${order}&limit=3`;
    while (address !== null && told.length < wanted.length) {
      const answer: Response = await gateway.ask(address);
      told.push(...((await answer.json()) as Page).events.map(({ position }) => position));
      address = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
      await retire('other');
    }
    expect(told).toEqual(wanted);
  });

  it('ends at the beginning of the log', async () => {
    await retire('ended');
    expect((await page('stack=ended&order=newest')).next).toBeNull();
  });

  it('is of one question alone', async () => {
    const { next } = await page('stack=paged-oldest&limit=1');
    const answer = await gateway.ask(`/v1/events?stack=other&cursor=${next}`);
    expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining('another question') });
  });
});

describe('a read', () => {
  it('says up to where it knows the log', async () => {
    await retire('known');
    for (const path of ['/v1/containers', '/v1/hosts', '/v1/deployments', '/v1/events'])
      expect(Number((await gateway.ask(`${path}?min_position=${await head()}`)).headers.get('berth-position'))).toBeGreaterThanOrEqual(
        await head(),
      );
  });

  it('waits for what is appended meanwhile', async () => {
    const wanted = (await head()) + 1;
    const asked = gateway.ask(`/v1/containers?min_position=${wanted}`);
    await retire('awaited');
    expect((await asked).status).toBe(200);
  });

  it('says how far it is when it has waited enough', async () => {
    const wanted = (await head()) + 1000;
    const answer = await gateway.ask(`/v1/hosts?min_position=${wanted}&wait=50ms`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({
      type: 'urn:berth:problem:behind',
      detail: expect.stringContaining(`position ${wanted} was asked for`),
    });
  });
});

describe('following', () => {
  it('goes on at another replica, and at one that was restarted, without gap or duplicate', async () => {
    const after = await head();
    const appending = (async () => {
      for (let n = 0; n < 60; n++) await retire(n % 2 ? 'followed' : 'elsewhere');
    })();
    const told: number[] = [];
    let last: string | undefined;
    while (told.length < 30) {
      const replica = await startGateway(gateway.ports);
      const heard = await hear(await follow(replica.url, `after=${after}&stack=followed`, last), Math.min(7, 30 - told.length));
      told.push(...heard.map(({ data }) => data.position));
      last = heard.at(-1)?.id;
      await replica.close();
    }
    await appending;
    expect(told).toEqual(await positions(`after=${after}&stack=followed&limit=1000`));
  });

  it('tells a slow reader everything, with no more than a page in memory', async () => {
    const after = await head();
    const answer = await follow(gateway.url, `after=${after}&type=HostTagged`);
    for (let n = 0; n < 120; n++) await gateway.happen('hosts', 'HostTagged', { host: 'h1' as never, tags: ['x'.repeat(80_000)] });
    const heard = await hear(answer, 120);
    expect(heard.map(({ data }) => data.position)).toEqual(Array.from({ length: 120 }, (_, n) => after + 1 + n));
  });

  it('says that the log went back, and a cursor from the lost future is refused with the place to go on', async () => {
    const own = await openGateway(gateway.postgres);
    const tag = (): Promise<void> => own.happen('hosts', 'HostTagged', { host: 'h1' as never, tags: [] });
    for (let n = 0; n < 4; n++) await tag();
    const { next } = (await (await own.ask('/v1/events?type=HostTagged')).json()) as Page;
    const answer = await follow(own.url, 'after=0');
    const heard = hear(answer, 7);
    const lost = await hear(await follow(own.url, 'after=0'), 4);
    // As a standby that lacked the last two would be.
    await own.ports.pool.query(`delete from events where position > 2; update streams set version = 2 where stream = 'hosts';
      update head set position = 2, hash = (select hash from events where position = 2), lanes = (select array_agg(coalesce((select max(lane_no)
      from events e where e.lane = l), 0) order by l) from generate_series(0, 7) l)`);
    await own.log.raiseIncarnation({ id: own.ports.ids.event(), from: 1, reason: 'restored', actor: 'test' });
    await tag();
    const ids = (await heard).map(({ id, event }) => (event === 'message' ? id : `${event} ${id}`));
    expect(ids).toEqual(['1.1', '1.2', '1.3', '1.4', 'incarnation 2.2', '2.3', '2.4']);
    expect((await hear(await follow(own.url, '', lost.at(-1)?.id), 2)).map(({ id, event }) => `${event} ${id}`)).toEqual([
      'incarnation 2.2',
      'message 2.3',
    ]);
    const refused = await own.ask(`/v1/events?type=HostTagged&cursor=${next}`);
    expect(await refused.json()).toMatchObject({ status: 410, detail: expect.stringContaining('go on with after=2.2') });
    await own.close();
  });
});
