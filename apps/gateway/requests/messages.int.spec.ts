import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AmqpBus, openAmqpBus } from '#libs/bus/amqp';
import { SystemClock } from '#libs/clock';
import type { DeadLetterShown, DeadLetterView, DeployAccepted, Problem } from '#libs/contracts';
import { startTestBroker, startTestPostgres, type TestBroker, type TestPostgres } from '#libs/testing';
import { readAccess } from '../access/read-access.ts';
import { bodyFor } from '../testing/body-for.ts';
import { openGateway, requestsIn, type TestGateway } from '../testing/open-gateway.ts';
import { type Ran, recipe, runRecipe } from '../testing/recipes.ts';
import { wishOf } from '../testing/wishes.ts';

const PASSWORD = 'hunter2';
const nothing = { configure: '^$', write: '^$', read: '^$' };

describe('wishes that come by RabbitMQ', () => {
  const home = mkdtempSync('/tmp/berth-mq-');
  let broker: TestBroker;
  let postgres: TestPostgres;
  let bus: AmqpBus;
  let gateway: TestGateway;
  /** Of an operator. */
  let connection: ChannelModel;
  let channel: ConfirmChannel;
  let jobs = 0;
  const problems: unknown[] = [];

  beforeAll(async () => {
    [broker, postgres] = await Promise.all([startTestBroker(home), startTestPostgres()]);
    bus = await openAmqpBus({
      ...{ url: broker.url, service: 'gateway', replica: 'r1', clock: new SystemClock() },
      report: (...problem) => void problems.push(problem),
    });
    const access = readAccess(recipe('yaml', 'ci-shop: {'), 'access.yaml');
    gateway = await openGateway(postgres, { requests: bus.requests, deadLetters: bus.deadLetters, access });
    connection = await connect(broker.url);
    channel = await connection.createConfirmChannel();
    await addCiUser('ci-shop');
    await addCiUser('ci-stranger');
  });
  afterAll(async () => {
    await connection?.close();
    await gateway?.close();
    await bus?.close();
    await Promise.all([broker?.stop(), postgres?.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  /** As docs/ci.md tells an operator. */
  const addCiUser = async (user: string): Promise<void> => {
    await broker.addUser(user, PASSWORD, nothing);
    const definitions = recipe('json', '"exchanges"').replaceAll('ci-shop', user);
    const file = join(home, `${user}.json`);
    writeFileSync(file, definitions);
    await broker.ctl('import_definitions', file);
  };

  const asUser = (user: string) => ({
    env: { AMQP_SERVER: '127.0.0.1', AMQP_PORT: new URL(broker.url).port, AMQP_USER: user, JOB: `${++jobs}` },
    auth: `username:${user}\npassword:${PASSWORD}\n`,
  });

  /** By `amqp-publish`, as docs/ci.md tells a job. */
  const wish = (event: unknown, user = 'ci-shop'): Promise<Ran> => {
    const { auth, env } = asUser(user);
    const text = typeof event === 'string' ? event : JSON.stringify(event);
    return runRecipe(recipe('bash', 'wish.sh'), { 'wish.json': text, 'amqp.auth': auth }, env);
  };

  /** By `amqp-publish` too, and nobody waits for an answer. */
  const publish = (text: string, exchange: string, user = 'ci-shop'): Promise<Ran> => {
    const { auth, env } = asUser(user);
    const script = 'amqp-publish -s "$AMQP_SERVER" --port "$AMQP_PORT" --authfile amqp.auth -e "$EXCHANGE" -r shop <wish.json';
    return runRecipe(script, { 'wish.json': text, 'amqp.auth': auth }, { ...env, EXCHANGE: exchange });
  };

  const deadLetters = async (): Promise<readonly DeadLetterView[]> =>
    ((await (await gateway.ask('/v1/dead-letters')).json()) as { deadLetters: DeadLetterView[] }).deadLetters;
  const isDead = async (holds: (letter: DeadLetterView) => boolean): Promise<DeadLetterView> => {
    for (;;) {
      const found = (await deadLetters()).find(holds);
      if (found) return found;
    }
  };
  const diedOf = (words: string): Promise<DeadLetterView> => isDead(({ reason }) => reason.includes(words));

  const recorded = async (stack: string) => (await requestsIn(gateway.log)).filter((event) => event.stream === `requests/${stack}`);
  const answered = ({ out }: Ran): DeployAccepted => JSON.parse(out) as DeployAccepted;
  const refused = ({ out }: Ran): Problem => JSON.parse(out) as Problem;

  it('by amqp-publish are recorded under their user and answered', async () => {
    const ran = await wish(wishOf('build-1', bodyFor('shop')));
    expect(ran).toMatchObject({ code: 0 });
    const { deployment, position } = answered(ran);
    const [event] = await recorded('shop');
    expect(event).toMatchObject({ position, actor: 'amqp:ci-shop', correlation: deployment, data: { key: 'build-1' } });
    const view = await (await gateway.ask(`/v1/deployments/${deployment}`)).json();
    expect(view).toMatchObject({ deployment, stack: 'shop', status: 'requested' });
  });

  it('are one deployment for one id and body, and none for another body', async () => {
    const first = await wish(wishOf('build-2', bodyFor('shop')));
    const again = await wish(wishOf('build-2', bodyFor('shop')));
    expect(answered(again)).toEqual(answered(first));
    const other = await wish(wishOf('build-2', bodyFor('shop', { A: '1' })));
    expect(other.code).toBe(6);
    expect(refused(other)).toMatchObject({ status: 422, detail: expect.stringContaining(answered(first).deployment) });
    expect((await recorded('shop')).filter(({ data }) => (data as { key?: string }).key === 'build-2')).toHaveLength(1);
  });

  it('are answered by their correlation-id where the client sets user-id itself', async () => {
    const own = await connect(broker.url.replace('guest:guest', `ci-shop:${PASSWORD}`));
    const sender = await own.createConfirmChannel();
    const { queue } = await sender.assertQueue('ci.ci-shop.own', { exclusive: true });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await sender.consume(queue, (message) => resolve([message?.properties.correlationId, JSON.parse(String(message?.content))]), {
      noAck: true,
    });
    const properties = { userId: 'ci-shop', replyTo: queue, correlationId: 'c-7', contentType: 'application/cloudevents+json' };
    sender.publish('berth.requests', 'shop', Buffer.from(JSON.stringify(wishOf('build-3', bodyFor('shop')))), properties);
    expect(await promise).toMatchObject(['c-7', { stack: 'shop', status: 'requested' }]);
    await own.close();
  });

  it('can not be sent in the name of somebody else', async () => {
    const own = await connect(broker.url.replace('guest:guest', `ci-stranger:${PASSWORD}`));
    const sender = await own.createChannel();
    const { promise, resolve } = Promise.withResolvers<Error>();
    sender.on('error', resolve);
    sender.publish('berth.requests', 'shop', Buffer.from(JSON.stringify(wishOf('forged', bodyFor('shop')))), { userId: 'ci-shop' });
    expect((await promise).message).toContain('PRECONDITION_FAILED');
    await own.close();
    expect((await publish('{}', 'berth.ci.ci-shop', 'ci-stranger')).err).toContain('ACCESS_REFUSED');
  });

  it('of another stack, or of a user who is not named, are refused with the reason', async () => {
    const other = await wish(wishOf('build-4', bodyFor('blog')));
    expect([other.code, refused(other).detail]).toEqual([7, 'user ci-shop may not deploy stack blog, only shop']);
    const stranger = await wish(wishOf('build-4', bodyFor('shop')), 'ci-stranger');
    expect([stranger.code, refused(stranger).detail]).toEqual([7, expect.stringContaining('user ci-stranger may not deploy')]);
    expect(await recorded('blog')).toEqual([]);
  });

  it('without a user are dead letters, whatever they say of themselves', async () => {
    await publish(JSON.stringify({ ...wishOf('build-5', bodyFor('shop')), userid: 'ci-shop' }), 'berth.requests');
    expect(await diedOf('user-id')).toMatchObject({
      queue: 'requests',
      exchange: 'berth.requests',
      routingKey: 'shop',
      user: null,
      times: 1,
    });
  });

  it.each([
    ['no JSON', '{"specversion": ', 'it is no JSON'],
    ['no CloudEvent', '{"specversion": "1.0", "type": "DeployRequested"}', '#/id'],
    ['no manifest', JSON.stringify(wishOf('build-6', { compose: {} })), '#/data/compose'],
    ['more than 1 MiB', JSON.stringify(wishOf('build-6', bodyFor('shop', { A: 'x'.repeat(2 ** 20) }))), 'at most 1 MiB'],
  ])('that are %s are dead letters with the reason', async (_, text, words) => {
    await publish(text, 'berth.ci.ci-shop');
    expect(await diedOf(words)).toMatchObject({ queue: 'requests', user: 'ci-shop', bytes: Buffer.byteLength(text) });
  });

  it('that died are shown without what may be secret, and kept sealed', async () => {
    await publish(JSON.stringify({ ...wishOf('build-7', bodyFor('shop', { PASSWORD: 'hunter3' })), source: '' }), 'berth.ci.ci-shop');
    const { id } = await diedOf('#/source');
    const shown = (await (await gateway.ask(`/v1/dead-letters/${id}`)).json()) as DeadLetterShown;
    expect(JSON.parse(shown.text ?? '')).toMatchObject({ id: 'build-7', data: { compose: { 'x-berth': { stack: 'shop' } } } });
    const { rows } = await gateway.ports.pool.query('select * from dead_letters');
    expect(rows.find((row) => row.id === id).body).toMatch(/^sealed:1:dead-letter\//);
    expect(JSON.stringify([shown, rows])).not.toContain('hunter3');
  });

  it('that are put back are tried again as their sender, and leave the list or die once more', async () => {
    const headers = { 'x-berth-queue': 'requests', 'x-berth-user': 'ci-shop', 'x-berth-reason': 'nobody was there' };
    channel.publish('berth.dead', '', Buffer.from(JSON.stringify(wishOf('build-8', bodyFor('shop')))), { headers });
    await publish(JSON.stringify(wishOf('build-8', bodyFor('blog'))), 'berth.ci.ci-shop');
    const [good, bad] = [await diedOf('nobody was there'), await diedOf('may not deploy stack blog')];
    for (const { id } of [good, bad]) expect((await gateway.ask(`/v1/dead-letters/${id}/put-back`, { method: 'POST' })).status).toBe(200);
    const wished = async () => (await recorded('shop')).find(({ data }) => (data as { key?: string }).key === 'build-8');
    while (!(await wished())) await gateway.log.head();
    expect(await wished()).toMatchObject({ actor: 'amqp:ci-shop' });
    expect(await diedOf('may not deploy stack blog')).toMatchObject({ id: bad.id, user: 'ci-shop' });
  });

  it('that are dropped are gone, and what is not there is told', async () => {
    const { id } = await diedOf('#/id');
    expect((await gateway.ask(`/v1/dead-letters/${id}`, { method: 'DELETE' })).status).toBe(200);
    for (const path of [id, `${id}/put-back`]) {
      const answer = await gateway.ask(`/v1/dead-letters/${path}`, { method: path === id ? 'GET' : 'POST' });
      expect([answer.status, ((await answer.json()) as Problem).detail]).toEqual([404, `no dead letter is called ${id}`]);
    }
  });

  it('that can not be read are answered where somebody waits', async () => {
    const ran = await wish('hello');
    expect([ran.code, refused(ran).detail]).toEqual([2, expect.stringContaining('it is no JSON')]);
  });

  it('reported nothing: no refusal is a fault of ours', () => {
    expect([gateway.reported(), problems]).toEqual(['', []]);
  });
});
