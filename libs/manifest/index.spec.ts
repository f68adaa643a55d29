import { expect, it } from 'vitest';
import { normaliseCompose } from './index.ts';

it('gives the manifest, and warnings that name their place', () => {
  expect(normaliseCompose({ name: 'shop', services: { web: { image: 'x', restart: 'no' } } })).toMatchObject({
    ok: true,
    manifest: { stack: 'shop' },
    warnings: [expect.stringMatching(/^services\.web\.restart: is legal Compose/)],
  });
});

it('points to each fault, and names the fix', () => {
  expect(normaliseCompose({ name: 'shop', services: { web: { image: 'x', 'x-berth': { ports: ['a'] }, 'a/b~c': 1 } } })).toEqual({
    ok: false,
    errors: [
      { pointer: '/services/web/x-berth/ports/0', detail: expect.stringContaining('write "container:http:https"') },
      { pointer: '/services/web/a~1b~0c', detail: expect.stringContaining('remove it') },
    ],
  });
});
