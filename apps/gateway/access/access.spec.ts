import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { Access, assertMayDeploy } from './access.ts';

const access = new Access(new Map([['ci', { role: 'deploy', stacks: ['shop' as StackName] }]]));
const problemOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { problem: unknown }).problem;
  }
};

describe('access', () => {
  it('lets a user deploy its own stacks', () => {
    expect(assertMayDeploy(access.admit('ci'), 'shop' as StackName)).toBeUndefined();
  });

  it('refuses another stack and names those that are allowed', () => {
    const refused = problemOf(() => assertMayDeploy(access.admit('ci'), 'blog' as StackName));
    expect(refused).toMatchObject({ status: 403, detail: 'user ci may not deploy stack blog, only shop' });
  });

  it.each(['guest', '', '__proto__', 'constructor', 'CI', 'ci '])('does not know %j', (user) => {
    expect(problemOf(() => access.admit(user))).toMatchObject({ status: 403 });
  });

  it('refuses whom the broker does not name', () => {
    expect(problemOf(() => access.admit(null))).toMatchObject({ status: 401, detail: expect.stringContaining('user-id') });
  });

  it('without a file lets nobody in', () => {
    expect(problemOf(() => new Access().admit('ci'))).toMatchObject({ status: 403 });
  });
});
