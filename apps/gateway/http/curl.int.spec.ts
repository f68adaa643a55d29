import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentId, FailureCause, StackName } from '#libs/contracts';
import { bodyFor } from '../testing/body-for.ts';
import { requestsIn, startTestGateway, type TestGateway, TOKEN } from '../testing/open-gateway.ts';
import { type Ran, recipe, runRecipe } from '../testing/recipes.ts';

describe('the curl recipe of docs/ci.md', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway?.close());

  const deploy = (body: unknown, env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
    const given = { BERTH_URL: gateway.url, BERTH_TOKEN: TOKEN, WISH: 'build-1', ...env };
    return runRecipe(recipe('bash', 'deploy.sh'), { 'body.json': JSON.stringify(body) }, given);
  };
  const asked = async (stack: string) => ({
    stack: stack as StackName,
    deployment: (await deploymentOf(stack)) as DeploymentId,
    version: 1,
  });
  const deploymentOf = async (stack: string) =>
    (await requestsIn(gateway.log)).find((event) => event.stream === `requests/${stack}`)?.correlation;
  const fail = async (stack: string, kind: FailureCause['kind']): Promise<void> => {
    const cause = { kind, message: 'so it is', fix: null, container: null, exitCode: null, output: null };
    await gateway.happen(`stack/${stack}`, 'DeployFailed', { ...(await asked(stack)), step: 'start', cause });
  };

  it('ends with 5 while the deployment goes on, and a repeat finds the same one', async () => {
    expect(await deploy(bodyFor('slow'), { PATIENCE: '1' })).toMatchObject({
      code: 5,
      err: expect.stringContaining('"status":"requested"'),
    });
    await gateway.happen('stack/slow', 'VersionPromoted', { ...(await asked('slow')), draft: null as never });
    expect(await deploy(bodyFor('slow'))).toMatchObject({ code: 0, out: expect.stringContaining('"status":"promoted"') });
    expect((await requestsIn(gateway.log)).filter(({ stream }) => stream === 'requests/slow')).toHaveLength(1);
  });

  it.each([
    ['container', 3],
    ['placement', 9],
  ] as const)('tells a failure by its %s with %i', async (kind, code) => {
    await deploy(bodyFor(kind), { PATIENCE: '1' });
    await fail(kind, kind);
    expect(await deploy(bodyFor(kind))).toMatchObject({ code, err: expect.stringContaining('so it is') });
  });

  it.each([
    ['a manifest that can not be used', { compose: {} }, {}, 2],
    ['a token that is not taken', bodyFor('x'), { BERTH_TOKEN: 'wrong' }, 7],
  ])('refuses %s', async (_, body, env, code) => {
    expect(await deploy(body, env)).toMatchObject({ code, err: expect.stringContaining('urn:berth:problem:') });
  });

  it('tells a key that was used for another body', async () => {
    await deploy(bodyFor('twice'), { PATIENCE: '1' });
    expect(await deploy(bodyFor('twice', { A: '1' }))).toMatchObject({ code: 6 });
  });

  it('tells that nobody answers', async () => {
    // Each retry would wait longer.
    const script = recipe('bash', 'deploy.sh').replace('--retry 5', '--retry 0');
    const env = { BERTH_URL: 'http://127.0.0.1:1', BERTH_TOKEN: TOKEN, WISH: 'w' };
    expect(await runRecipe(script, { 'body.json': '{}' }, env)).toMatchObject({ code: 8 });
  });
});
