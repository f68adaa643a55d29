import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deployBody } from '#libs/contracts';
import { faultsOf, type Issue, pointerTo } from './faults.ts';

const faultsIn = (schema: z.ZodType, value: unknown) => faultsOf((schema.safeParse(value).error?.issues ?? []) as Issue[]);

describe('faults of a body', () => {
  it('point at the value that is wrong', () => {
    const body = { compose: {}, images: { web: { reference: '', digest: null } } };
    expect(faultsIn(deployBody, body)).toMatchObject([{ pointer: '#/images/web/reference' }]);
  });

  it('point at a key that is not known, each at its own', () => {
    const faults = faultsIn(deployBody, { compose: {}, imagse: {}, revison: null });
    expect(faults.map(({ pointer }) => pointer)).toEqual(['#/imagse', '#/revison']);
  });

  it('point at the whole body when it is no object', () => {
    expect(faultsIn(deployBody, 7)).toMatchObject([{ pointer: '#' }]);
  });

  it('say nothing of the values', () => {
    const body = { compose: 'hunter2', images: { web: 'hunter2' }, revision: 'hunter2' };
    expect(JSON.stringify(faultsIn(deployBody, body))).not.toContain('hunter2');
  });

  it('escape what a pointer and a fragment can not hold', () => {
    expect(pointerTo(['a/b', 'c~d', 'e f', '0'])).toBe('#/a~1b/c~0d/e%20f/0');
  });
});
