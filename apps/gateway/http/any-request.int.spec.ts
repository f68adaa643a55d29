import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyBody } from '../testing/any-body.ts';
import { bodyFor } from '../testing/body-for.ts';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

/** What JSON can say and PostgreSQL's text can't hold. */
const ODD = ['\u0000', '\ud800', 'a\u0000b', '\udfff x', '\u{10ffff}', "'; --"];
const odd = fc.constantFrom(...ODD);
const PATHS = ['/v1/deployments', '/v1/events', '/v1/containers', '/v1/hosts', '/v1/attachments', '/healthz', ''];
const PARAMETERS = ['stack', 'type', 'stream', 'after', 'limit'];

describe('a request, whatever it holds', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway?.close());

  const isAnswered = async ({ status, headers }: Response): Promise<void> => {
    expect(status).toBeLessThan(500);
    if (status >= 400) expect(headers.get('content-type')).toContain('application/problem+json');
  };

  it('with any JSON for a body is taken or refused', async () => {
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => isAnswered(await gateway.deploy(body))),
      { numRuns: 200 },
    );
  });

  it('with any text for a body is taken or refused', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' };
    const text = fc.oneof(
      fc.string(),
      fc.json().map((json) => json.slice(1)),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(text, async (body) =>
        isAnswered(await gateway.ask('/v1/deployments', { method: 'POST', headers, body: body as BodyInit })),
      ),
    );
  });

  it('with any address is answered', async () => {
    const path = fc.oneof(fc.constantFrom(...PATHS), fc.webPath());
    const rest = fc.oneof(
      fc.webQueryParameters().map((query) => `?${query}`),
      fc.webPath(),
    );
    await fc.assert(fc.asyncProperty(path, rest, async (at, more) => isAnswered(await gateway.ask(`${at}${more}`))));
  });

  it('with odd letters in its address is answered', async () => {
    const encoded = ODD.map((text) => encodeURIComponent(text.toWellFormed()));
    const rests = encoded.flatMap((text) => [`/${text}`, ...PARAMETERS.map((name) => `?${name}=${text}`)]);
    for (const path of PATHS) await Promise.all(rests.map(async (rest) => isAnswered(await gateway.ask(`${path}${rest}`))));
  });

  it('with odd letters in what is kept is taken or refused, and can be read again', async () => {
    const keep = fc.asyncProperty(odd, odd, odd, async (commit, reference, name) => {
      const revision = { commit, branch: commit, dirty: false };
      await isAnswered(
        await gateway.deploy({ ...bodyFor('odd', { [name]: name }), images: { web: { reference, digest: null } }, revision }),
      );
    });
    await fc.assert(keep, { numRuns: 30 });
    expect((await gateway.deploy(bodyFor('last'))).status).toBe(202);
    const answers = await Promise.all(['/v1/deployments?stack=last', '/v1/events?stack=odd&limit=1000'].map((path) => gateway.ask(path)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await answers[0]?.json()).toMatchObject({ deployments: [{ stack: 'last' }] });
  });

  it('is no fault of ours', () => {
    expect(gateway.reported()).toBe('');
  });
});
