import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeployAccepted, DeploymentView, Problem } from '#libs/contracts';
import { keyedHash } from '#libs/seals';
import { deploymentOf } from '#libs/testing/history';
import { canonicalJson } from '../deploy/canonical.ts';
import { bodyFor } from '../testing/body-for.ts';
import { requestsIn, startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

describe('POST /v1/deployments', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway?.close());

  const accepted = async (answer: Response): Promise<DeployAccepted> => (await answer.json()) as DeployAccepted;
  const problem = async (answer: Response): Promise<Problem> => {
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const body = (await answer.json()) as Problem;
    expect(body).toMatchObject({ type: expect.stringMatching(/^urn:berth:problem:/), title: expect.any(String), status: answer.status });
    return body;
  };
  const requestsOf = async (stack: string) => (await requestsIn(gateway.log)).filter((event) => event.stream === `requests/${stack}`);

  it('accepts a wish once it is in the log, and says where to look', async () => {
    const answer = await gateway.deploy(bodyFor('first'));
    expect(answer.status).toBe(202);
    const view = await accepted(answer);
    expect(view).toMatchObject({ stack: 'first', version: null, status: 'requested', endedAt: null, failure: null, warnings: [] });
    expect(answer.headers.get('location')).toBe(`/v1/deployments/${view.deployment}`);
    const [event] = await requestsOf('first');
    expect(event).toMatchObject({ position: view.position, actor: 'token:operator', correlation: view.deployment, causation: null });
  });

  it('keeps image and revision of the wish, and fills in the images that it does not name', async () => {
    const compose = { 'x-berth': { stack: 'images' }, services: { web: { image: 'web:1' }, api: { image: 'api:2' } } };
    const web = { reference: 'web:1', digest: `sha256:${'a'.repeat(64)}` };
    const revision = { commit: 'c0ffee', branch: null, dirty: true };
    expect((await gateway.deploy({ compose, images: { web }, revision })).status).toBe(202);
    const [event] = await requestsOf('images');
    expect(event?.data).toMatchObject({ images: { web, api: { reference: 'api:2', digest: null } }, revision });
  });

  it('shows the deployment to its own caller at once', async () => {
    const { deployment } = await accepted(await gateway.deploy(bodyFor('mine')));
    const answer = await gateway.ask(`/v1/deployments/${deployment}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ deployment, stack: 'mine', status: 'requested' });
  });

  it('lists the deployments of a stack, newest first', async () => {
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await accepted(await gateway.deploy(bodyFor('listed')))).deployment);
    const { deployments } = (await (await gateway.ask('/v1/deployments?stack=listed&limit=2')).json()) as { deployments: DeploymentView[] };
    expect(deployments.map(({ deployment }) => deployment)).toEqual(ids.slice(0, 2));
  });

  it('tells of warnings without refusing', async () => {
    const { compose } = bodyFor('warned');
    const answer = await gateway.deploy({ compose: { ...compose, services: { web: { image: 'web:1', ports: ['80:80'] } } } });
    expect(answer.status).toBe(202);
    expect((await accepted(answer)).warnings.join()).toContain('services.web.ports');
  });

  describe('with a key that was used', () => {
    it('gives the same deployment for the same body, whatever the order of its keys', async () => {
      const { compose } = bodyFor('same');
      const first = await accepted(await gateway.deploy({ compose, revision: null }, 'k1'));
      const again = await gateway.deploy({ revision: null, compose: { services: compose.services, 'x-berth': compose['x-berth'] } }, 'k1');
      expect(again.status).toBe(200);
      expect(await accepted(again)).toEqual(first);
      expect(await requestsOf('same')).toHaveLength(1);
    });

    it('tells what became of the deployment since', async () => {
      const { deployment } = await accepted(await gateway.deploy(bodyFor('became'), 'k1'));
      const subject = { stack: 'became' as never, deployment, version: 1 };
      const cause = { kind: 'deadline', message: 'too late', fix: null, container: null, exitCode: null, output: null } as const;
      await gateway.happen('stack/became', 'DeployFailed', { ...subject, step: 'start', cause });
      const again = await gateway.deploy(bodyFor('became'), 'k1');
      expect(again.status).toBe(200);
      expect(await accepted(again)).toMatchObject({ deployment, status: 'failed', failure: { step: 'start', cause } });
    });

    it('refuses another body and names the first deployment', async () => {
      const { deployment } = await accepted(await gateway.deploy(bodyFor('other'), 'k1'));
      const answer = await gateway.deploy(bodyFor('other', { A: '1' }), 'k1');
      expect(answer.status).toBe(422);
      expect(await problem(answer)).toMatchObject({
        type: 'urn:berth:problem:idempotency-key-reused',
        detail: expect.stringContaining(deployment),
      });
    });

    it('refuses to compare with a body whose values were erased', async () => {
      const { deployment } = await accepted(await gateway.deploy(bodyFor('erased'), 'k1'));
      await gateway.ports.seals.drop(deployment);
      const answer = await gateway.deploy(bodyFor('erased'), 'k1');
      expect(answer.status).toBe(422);
      expect((await problem(answer)).detail).toContain('erased');
    });

    it('keeps no hash that can be made without the key', async () => {
      const body = { ...bodyFor('hashed', { PIN: '1234' }), images: {}, revision: null };
      const { deployment } = await accepted(await gateway.deploy(body, 'k1'));
      const [event] = await requestsOf('hashed');
      const { [deployment]: key = '' } = await gateway.ports.seals.keys([deployment]);
      expect(event?.data).toMatchObject({ bodyHash: keyedHash(key, canonicalJson(body)) });
      expect(event?.data).not.toMatchObject({ bodyHash: createHash('sha256').update(canonicalJson(body)).digest('hex') });
    });

    it('takes it as new for another stack', async () => {
      expect((await gateway.deploy(bodyFor('one'), 'k7')).status).toBe(202);
      expect((await gateway.deploy(bodyFor('two'), 'k7')).status).toBe(202);
    });

    it('makes one deployment of 20 equal wishes at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.deploy(bodyFor('herd', { SECRET: 'x' }), 'k1')));
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 202]);
      const ids = await Promise.all(answers.map(async (answer) => (await accepted(answer)).deployment));
      expect(new Set(ids).size).toBe(1);
      expect(await requestsOf('herd')).toHaveLength(1);
    });

    it('makes 20 deployments of 20 wishes at once with a key each', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.deploy(bodyFor('crowd'))));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
      expect(await requestsOf('crowd')).toHaveLength(20);
    });
  });

  it('seals the values of the environment before anything keeps them', async () => {
    const secret = 'hunter2-is-plain';
    const { deployment } = await accepted(await gateway.deploy(bodyFor('sealed', { PASSWORD: secret })));
    await gateway.deploy({ ...bodyFor('sealed', { PASSWORD: secret }), nonsense: secret });
    const events = await gateway.log.read({ limit: 1000 });
    expect(JSON.stringify(events)).not.toContain(secret);
    expect(gateway.reported()).not.toContain(secret);
    const stored = await gateway.ports.pool.query('select * from events');
    expect(JSON.stringify(stored.rows.map((row) => Object.values(row).map(String)))).not.toContain(secret);
    const [event] = await requestsOf('sealed');
    expect(JSON.stringify(event?.data)).toContain(`sealed:1:${deployment}:`);
  });

  describe('refuses', () => {
    const send = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      gateway.ask('/v1/deployments', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
      });

    it('a wish without a key, or with one that can not be printed', async () => {
      const without = { 'content-type': 'application/json' };
      const answer = await gateway.ask('/v1/deployments', { method: 'POST', headers: without, body: JSON.stringify(bodyFor('keys')) });
      expect(answer.status).toBe(400);
      expect((await problem(answer)).detail).toContain('Idempotency-Key');
      for (const key of ['', 'x'.repeat(256), 'caf\u00e9']) expect((await gateway.deploy(bodyFor('keys'), key)).status).toBe(400);
      expect((await gateway.deploy(bodyFor('keys'), 'x'.repeat(255))).status).toBe(202);
    });

    it('what is no JSON, without repeating it', async () => {
      for (const text of ['{"compose": hunter2', '', '{"__proto__": {"hunter2": 1}}']) {
        const answer = await send(text);
        expect(answer.status).toBe(400);
        expect(JSON.stringify(await problem(answer))).not.toContain('hunter2');
      }
    });

    it('another media type, and a body that is too large', async () => {
      for (const type of ['application/yaml', 'text/plain', 'application/x-www-form-urlencoded']) {
        const typed = await send('a: b', { 'content-type': type });
        expect([typed.status, (await problem(typed)).detail]).toEqual([415, 'send the body as application/json']);
      }
      const large = await send(JSON.stringify({ compose: { x: 'y'.repeat(1024 * 1024) } }));
      expect([large.status, (await problem(large)).detail]).toEqual([413, 'send a body of at most 1 MiB']);
    });

    it.each([
      ['a body that is no object', '[]', '#'],
      ['a key that it does not know', '{"compose": {}, "imagse": {}}', '#/imagse'],
      ['an image without a reference', '{"compose": {}, "images": {"web": {"digest": null}}}', '#/images/web/reference'],
      ['an image of no service', JSON.stringify({ ...bodyFor('x'), images: { wbe: { reference: 'w', digest: null } } }), '#/images/wbe'],
      [
        'a manifest that is privileged',
        JSON.stringify({ compose: { 'x-berth': { stack: 'x' }, services: { web: { image: 'w', privileged: true } } } }),
        '#/compose/services/web/privileged',
      ],
      [
        'a manifest with host mounts',
        JSON.stringify({ compose: { 'x-berth': { stack: 'x' }, services: { web: { image: 'w', volumes: ['/etc:/etc'] } } } }),
        '#/compose/services/web/volumes',
      ],
      [
        'a service that is only built, and whose content is not named',
        JSON.stringify({ compose: { 'x-berth': { stack: 'x' }, services: { web: { build: '.' } } } }),
        '#/compose/services/web/build',
      ],
    ])('%s, with a pointer', async (_, text, pointer) => {
      const answer = await send(text);
      expect(answer.status).toBe(422);
      expect((await problem(answer)).errors?.map((fault) => fault.pointer.slice(0, pointer.length))).toContain(pointer);
    });

    it('what is nested without end', async () => {
      const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
      const answer = await send(`{"compose": {"x-berth": {"stack": "deep"}, "x-any": ${deep}, "services": {"web": {"image": "w"}}}}`);
      expect(answer.status).toBe(422);
      await problem(answer);
    });

    it('to know a deployment that never was', async () => {
      const answer = await gateway.ask(`/v1/deployments/${deploymentOf('never', 1)}`);
      expect(answer.status).toBe(404);
      await problem(answer);
    });
  });

  it('reported nothing: no refusal is a fault of ours', () => {
    expect(gateway.reported()).toBe('');
  });
});
