import { describe, expect, it } from 'vitest';
import type { DeployBody, Image } from '#libs/contracts';
import { HttpProblem } from '../http/problem.ts';
import { readBody } from './read-body.ts';

const body = (web: object, images: Record<string, Image> = {}): DeployBody => ({
  ...{ compose: { name: 'shop', services: { web } }, images, revision: null },
});

const faultsOf = (given: DeployBody) => {
  try {
    readBody(given);
    return [];
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return error.problem.errors;
  }
};

const digest = `sha256:${'a'.repeat(64)}`;

describe('a service that is only built', () => {
  it.each([[{}], [{ web: { reference: 'shop-web', digest: null } }]])('is refused with the images %j', (images) => {
    expect(faultsOf(body({ build: '.' }, images as never))).toEqual([
      { pointer: '#/compose/services/web/build', detail: expect.stringContaining('images.web') },
    ]);
  });

  it.each([
    { reference: 'shop-web', digest },
    { reference: 'registry.example.com/web:7', digest: null },
  ])('is taken as %j', (web) => {
    expect(readBody(body({ build: '.' }, { web })).images).toEqual({ web });
  });

  it('may name an image that hosts can pull', () => {
    expect(readBody(body({ build: '.', image: 'web:7' })).images).toEqual({ web: { reference: 'web:7', digest: null } });
  });
});

it('has an image for a service whose name every object has', () => {
  const compose = { name: 'shop', services: { constructor: { image: 'web:7' } } };
  expect(readBody({ compose, images: {}, revision: null }).images).toEqual({ constructor: { reference: 'web:7', digest: null } });
});
