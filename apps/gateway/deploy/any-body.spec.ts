import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeployBody, deployBody } from '#libs/contracts';
import { problemOf } from '../http/problem-of.ts';
import { SchemaPipe } from '../http/schema.pipe.ts';
import { anyBody } from '../testing/any-body.ts';
import { openDesk, wishOf } from '../testing/wishes.ts';

const asked = { method: 'POST', path: '/v1/deployments' };
const pipe = new SchemaPipe();

describe('a body, whatever it holds', () => {
  it('is recorded or refused by HTTP, and is never a fault of ours', async () => {
    const { deployments } = openDesk();
    let keys = 0;
    const statusOf = async (any: unknown): Promise<number | string> => {
      try {
        const body = (await pipe.transform(any, { type: 'body', schema: deployBody })) as DeployBody;
        const { requested } = await deployments.request(body, { actor: 'test', key: `k${++keys}` });
        return requested.type;
      } catch (error) {
        return problemOf(error, asked)?.problem.status ?? String((error as Error).stack);
      }
    };
    await fc.assert(
      fc.asyncProperty(anyBody, async (any) => {
        expect(['DeployRequested', 422]).toContain(await statusOf(any));
      }),
      { numRuns: 1000 },
    );
  });

  it('is recorded or refused as a message, alone and as data', async () => {
    const { desk, reports } = openDesk();
    let keys = 0;
    const outcomeOf = (body: unknown) => desk.take({ body, userId: 'ci-shop' });
    const take = fc.asyncProperty(anyBody, async (any) => {
      await outcomeOf(any);
      await outcomeOf(wishOf(`k${++keys}`, any));
      expect(reports).toEqual([]);
    });
    await fc.assert(take, { numRuns: 1000 });
  });
});
