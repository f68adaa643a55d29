import { expect, it } from 'vitest';
import { psLines, scaledLines } from './ps.ts';

it('prints a container with its age and the reason for its host', () => {
  const container = {
    container: 'shop-web-1-abcdefgh-1',
    stack: 'shop',
    service: 'web',
    version: 2,
    slot: 1,
    host: 'main',
    status: 'placed',
    address: null,
    reason: 'the only\nhost',
    since: 1000,
  };
  expect(psLines([container as never], 91_000)).toEqual([
    'CONTAINER              SERVICE  VERSION  HOST  STATUS  ADDRESS  AGE    WHY',
    'shop-web-1-abcdefgh-1  web      2        main  placed  -        1m30s  the only host',
  ]);
});

it('says which services have another number of containers than their manifest', () => {
  const scaled = (service: string, replicas: number) => ({ stack: 'shop' as never, service, replicas, inManifest: 3 });
  expect(scaledLines([scaled('api', 1), scaled('web', 5)])).toEqual(['shop: api 1 (manifest says 3), web 5 (manifest says 3)']);
});
