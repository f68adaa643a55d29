import { expect, it } from 'vitest';
import type { HostView } from '#libs/contracts';
import { hostLines, notesOn } from './list.ts';

const host = (name: string, told: Partial<HostView>): HostView =>
  ({
    ...{ host: name, tags: [`name:${name}`], group: null, milliCpus: 1000, memoryBytes: 1, proxy: true, containers: 2, life: 'live' },
    ...{ silentSince: null, cordon: null, isRebooting: false, lastConnectedAt: 1, contested: false, refused: null },
    ...told,
  }) as HostView;
const cordon = (why: 'cordon' | 'drain', isDrained = false) => ({ why, since: 1, isDrained }) as never;

it('says of each host whether it lives and what was asked of it', () => {
  const hosts = [
    host('a', {}),
    host('b', { life: 'lost', silentSince: 60_000 as never, cordon: cordon('drain') }),
    host('c', { cordon: cordon('cordon'), group: 'aws' }),
    host('d', { cordon: cordon('drain', true), isRebooting: true }),
  ];
  expect(hostLines(hosts, 120_000)).toEqual([
    'HOST  STATE          GROUP  CONTAINERS  SILENT  TAGS',
    'a     live           -      2           -       name:a',
    'b     lost,draining  -      2           1m      name:b',
    'c     cordoned       aws    2           -       name:c',
    'd     rebooting      -      2           -       name:d',
  ]);
});

it('says why nothing is replaced, and what a person can do', () => {
  expect(notesOn({ hosts: [host('a', {})], silentSince: 5 as never }).join()).toContain('declare-lost');
  expect(notesOn({ hosts: [host('a', { life: 'lost' })], silentSince: null }).join()).toContain('lost: a; single writers wait');
  expect(notesOn({ hosts: [host('a', {})], silentSince: null })).toEqual([]);
});
