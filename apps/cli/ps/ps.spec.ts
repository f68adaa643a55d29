import { expect, it } from 'vitest';
import { psLines, scaledLines } from './ps.ts';

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
  left: null,
};
const whyOf = (left: object): string | undefined =>
  psLines([{ ...container, status: 'leaving', left } as never], 91_000)[1]
    ?.split('  ')
    .at(-1);

it('prints a container with its age and the reason for its host', () => {
  expect(psLines([container as never], 91_000)).toEqual([
    'CONTAINER              SERVICE  VERSION  HOST  STATUS  ADDRESS  AGE    WHY',
    'shop-web-1-abcdefgh-1  web      2        main  placed  -        1m30s  the only host',
  ]);
});

it('says which services have another number of containers than their manifest', () => {
  const scaled = (service: string, replicas: number) => ({ stack: 'shop' as never, service, replicas, inManifest: 3 });
  expect(scaledLines([scaled('api', 1), scaled('web', 5)])).toEqual(['shop: api 1 (manifest says 3), web 5 (manifest says 3)']);
});

it('says how long one that leaves may go on at most', () => {
  expect(whyOf({ listeningMs: 86_001, silentSince: null })).toBe('the only host; leaves, at most 87 s of listening left');
});

it('says that nobody listens, so that it may go on longer', () => {
  expect(whyOf({ listeningMs: 87_000, silentSince: 51_000 })).toBe(
    'the only host; leaves, at most 87 s of listening left; nobody listens since 40s: its drain timeout stands still',
  );
});

it('says that one that leaves has had all its time', () => {
  expect(whyOf({ listeningMs: 0, silentSince: null })).toBe('the only host; leaves, its drain timeout has passed');
});
