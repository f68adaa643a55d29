import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { type DeployAccepted, Transient } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { bodyFor } from '../testing/body-for.ts';
import { openDesk, wishOf } from '../testing/wishes.ts';

const take = ({ desk }: ReturnType<typeof openDesk>, body: unknown, userId: string | null = 'ci-shop') => desk.take({ body, userId });
const shop = bodyFor('shop');

describe('a wish that came as a message', () => {
  it('is in the log once it is answered, under its user and its id', async () => {
    const test = openDesk();
    const outcome = await take(test, wishOf('build-7', shop));
    const [event] = await test.requests();
    expect(event).toMatchObject({ stream: 'requests/shop', actor: 'amqp:ci-shop', data: { key: 'build-7' } });
    const answer = { stack: 'shop', status: 'requested', position: event?.position, deployment: event?.correlation, warnings: [] };
    expect(outcome).toMatchObject({ ok: true, answer });
  });

  it('is one deployment for the same id and body', async () => {
    const test = openDesk();
    const outcomes = [await take(test, wishOf('k', shop)), await take(test, wishOf('k', shop))];
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(await test.requests()).toHaveLength(1);
  });

  it('is refused for the same id with another body, and told of the first', async () => {
    const test = openDesk();
    const first = await take(test, wishOf('k', shop));
    const { deployment } = (first as { answer: DeployAccepted }).answer;
    const problem = { type: 'urn:berth:problem:idempotency-key-reused', detail: expect.stringContaining(deployment) };
    expect(await take(test, wishOf('k', bodyFor('shop', { A: '1' })))).toMatchObject({ ok: false, problem });
  });

  it.each([
    ['nobody', null, 401],
    ['a user whom nobody allowed anything', 'ci-blog', 403],
  ])('from %s is refused before it is read', async (_, user, status) => {
    const test = openDesk();
    const outcomes = [await take(test, wishOf('k', shop), user), await take(test, 'nonsense', user)];
    expect(outcomes).toMatchObject([
      { ok: false, problem: { status } },
      { ok: false, problem: { status } },
    ]);
    expect(await test.requests()).toEqual([]);
  });

  it('for a stack of others is refused, whatever it claims elsewhere', async () => {
    const test = openDesk();
    const outcome = await take(test, { ...wishOf('k', bodyFor('blog')), subject: 'shop' });
    expect(outcome).toMatchObject({ ok: false, problem: { status: 403, detail: expect.stringContaining('stack blog') } });
    expect(await test.requests()).toEqual([]);
  });

  it.each([
    ['no object', 'hello', '#'],
    ['another type', { ...wishOf('k', shop), type: 'VersionPromoted' }, '#/type'],
    ['another version of CloudEvents', { ...wishOf('k', shop), specversion: '0.3' }, '#/specversion'],
    ['no id', { ...wishOf('k', shop), id: undefined }, '#/id'],
    ['an id that can not be printed', wishOf('caf\u00e9', shop), '#/id'],
    ['no source', { ...wishOf('k', shop), source: '' }, '#/source'],
    ['data in another format', { ...wishOf('k', shop), datacontenttype: 'application/yaml' }, '#/datacontenttype'],
    ['no data', wishOf('k', undefined), '#/data'],
    ['more than the body of a deployment', wishOf('k', { ...shop, actor: 'token:operator' }), '#/data/actor'],
    [
      'a manifest with a fault',
      wishOf('k', { compose: { name: 'shop', services: { web: { imagse: 'w' } } } }),
      '#/data/compose/services/web',
    ],
  ])('with %s is refused with a pointer', async (_, message, pointer) => {
    const outcome = await take(openDesk(), message);
    const errors = expect.arrayContaining([expect.objectContaining({ pointer: expect.stringContaining(pointer) })]);
    expect(outcome).toMatchObject({ ok: false, problem: { status: 422, errors } });
  });

  it('keeps the extensions of its sender to itself', async () => {
    const outcome = await take(openDesk(), { ...wishOf('k', shop), time: '2026-01-01T00:00:00Z', traceparent: '00-ab-cd-01' });
    expect(outcome).toMatchObject({ ok: true });
  });

  it('waits for a log that is not there', async () => {
    const gone = new Transient('reach the log');
    const log = Object.assign(new MemoryEventLog(new ManualClock()), { read: () => Promise.reject(gone) });
    await expect(take(openDesk(log), wishOf('k', shop))).rejects.toBe(gone);
  });

  it('is told nothing of our own bugs, and we are', async () => {
    const log = Object.assign(new MemoryEventLog(new ManualClock()), { read: () => Promise.reject(new TypeError('read x')) });
    const test = openDesk(log);
    const outcome = await take(test, wishOf('k', shop));
    expect(outcome).toMatchObject({ ok: false, problem: { status: 500 } });
    expect(JSON.stringify(outcome)).not.toContain('read x');
    expect(test.reports).toEqual([expect.stringContaining('read x')]);
  });
});
