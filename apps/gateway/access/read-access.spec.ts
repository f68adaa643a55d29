import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rejected } from '#libs/contracts';
import { readAccess, readAccessFile } from './read-access.ts';

const refusalOf = (text: string): string => {
  try {
    readAccess(text, 'access.yaml');
  } catch (error) {
    if (error instanceof Rejected) return error.message;
    throw error;
  }
  throw new Error('read a file that is bad');
};

describe('the access file', () => {
  it.each([
    ['YAML', 'users:\n  ci-shop: { role: deploy, stacks: [shop, blog] }\n'],
    ['JSON', '{"users": {"ci-shop": {"role": "deploy", "stacks": ["shop", "blog"]}}}'],
  ])('is read as %s', (_, text) => {
    expect(readAccess(text, 'access').admit('ci-shop').grant).toEqual({ role: 'deploy', stacks: ['shop', 'blog'] });
  });

  it.each([
    ['users:\n  ci:\n    role: operator\n    stacks: [shop]\n', ['access.yaml:3: users.ci.role: use deploy']],
    ['users:\n  ci:\n    role: deploy\n', ['access.yaml:2: users.ci.stacks: list the stacks']],
    ['users:\n  ci:\n    role: deploy\n    stacks:\n      - shop\n      - A_B\n', ['access.yaml:6: users.ci.stacks.1: use 1 to 40']],
    ['users:\n  ci:\n    role: deploy\n    stacks: []\n', ['access.yaml:4: users.ci.stacks: name at least one stack']],
    ['users: {}\nroles: {}\n', ['access.yaml:2: roles: remove it']],
    [
      'users:\n  a: 1\n  b: { role: deploy, stacks: [s], until: 7 }\n',
      ['access.yaml:2: users.a:', 'access.yaml:3: users.b.until: remove it'],
    ],
    ['users:\n  ci: { role: deploy\n', ['access.yaml:']],
    ['users:\n  ci: *nobody\n', ['access.yaml:1: Unresolved alias']],
    ['users:\n  a: { role: deploy, stacks: [s] }\n  a: { role: deploy, stacks: [t] }\n', ['access.yaml:3: Map keys must be unique']],
    ['', ['access.yaml:1: write users:']],
    ['[]', ['access.yaml:1: write users:']],
    ['users: []', ['access.yaml:1: users: name each user']],
  ])('%j is refused by line', (text, words) => {
    for (const word of words) expect(refusalOf(text)).toContain(word);
  });

  it('is read or refused whatever it holds, and lets in nobody whom it does not name', () => {
    const users = fc.jsonValue().map((any) => JSON.stringify({ users: any }));
    const opens = (text: string): boolean => {
      try {
        readAccess(text, 'access.yaml').admit('ci-shop');
        return true;
      } catch (error) {
        expect((error as Error).message).toMatch(/^read access file:|^user ci-shop may not deploy/);
        return false;
      }
    };
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), users), (text) => !opens(text)));
  });

  it('that is named and not there is refused', () => {
    expect(() => readAccessFile('/nonexistent/access.yaml')).toThrow('/nonexistent/access.yaml');
  });
});
