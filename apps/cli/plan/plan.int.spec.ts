import { afterEach, describe, expect, it } from 'vitest';
import { type FakeApi, type FakeApiOptions, startFakeApi } from '../testing/fake-api.ts';
import { folderWith, type Ran, removeFolders, runBerth } from '../testing/run-berth.ts';

const compose = 'name: shop\nservices:\n  web: {image: "web:1"}\n  api: {build: .}\n';
const docker = '#!/bin/sh\nexit 1\n';
let api: FakeApi | undefined;
const berth = async (args: readonly string[], options: FakeApiOptions = {}, manifest = compose): Promise<Ran> => {
  api = await startFakeApi({ plan, ...options });
  return runBerth(args, await folderWith({ 'compose.yaml': manifest, docker }), { BERTH_URL: api.url });
};
afterEach(async () => {
  await api?.close();
  await removeFolders();
});

const load = (containers: number, mib: number) => ({ containers, milliCpus: 0, memoryBytes: mib * 2 ** 20 });
const plan = {
  ...{ position: 42, token: 'p42-0123456789abcdef', stacks: ['shop'], unplaced: [] },
  deployment: { stack: 'shop', version: 4, failure: null },
  placements: [{ stack: 'shop', service: 'web', slot: 1, host: 'h2', reason: 'fewest containers of web v4 (0)' }],
  differences: [
    { about: 'containers', stack: 'shop', what: 'shop-web-1-…-1', before: null, after: 'on h2' },
    { about: 'names', stack: 'shop', what: 'web for others', before: 'h1', after: 'h2' },
  ],
  hosts: [{ host: 'h2', before: load(1, 256), after: load(2, 512), capacity: { milliCpus: 4000, memoryBytes: 2 ** 30 } }],
  warnings: ['web of shop: all 2 containers would be on h2'],
};

describe('berth plan', () => {
  it('prints what the manifest here would lead to, and how to do it', async () => {
    const { code, stdout, stderr } = await berth(['plan']);
    expect(code).toBe(0);
    expect(api?.wishes[0]?.body).toMatchObject({ compose: { name: 'shop' }, images: { web: { reference: 'web:1', digest: null } } });
    expect(stdout).toBe(
      [
        'version 4 of shop would serve',
        'shop: containers',
        '  + shop-web-1-…-1: on h2',
        'shop: names',
        '  ~ web for others: h1 → h2',
        'placements',
        '  shop web 1 on h2: fewest containers of web v4 (0)',
        'hosts',
        '  h2: containers 1 → 2, memory 256.0 MiB → 512.0 MiB of 1.0 GiB',
        'warnings',
        '  web of shop: all 2 containers would be on h2',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('berth deploy --plan p42-0123456789abcdef');
  });

  it('tries something else on what runs, without the manifest', async () => {
    const { stderr } = await berth(['plan', '--without-host', 'h3', '--tag', 'h2=gpu,-ssd', '--scale', 'web=+2']);
    expect(api?.wishes[0]?.body).toEqual({
      ...{ stack: 'shop', scale: { web: { kind: 'by', delta: 2 } }, without: ['h3'] },
      tags: [{ host: 'h2', add: ['gpu'], remove: ['ssd'] }],
    });
    expect(stderr).not.toContain('deploy --plan');
  });

  it('ends with 9 in the words of the scheduler where no host takes a container', async () => {
    const cause = { kind: 'placement', message: 'no host will do for web', fix: 'tag a host with gpu' };
    const unplaced = [{ stack: 'shop', service: 'web', excluded: [{ host: 'h1', reason: 'lacks tag gpu' }], fix: 'tag a host with gpu' }];
    const failed = { ...plan, ...{ placements: [], differences: [], hosts: [], warnings: [], unplaced } };
    const { code, stdout } = await berth(['plan'], {
      plan: { ...failed, deployment: { ...plan.deployment, failure: { step: 'place', cause } } },
    });
    expect(code).toBe(9);
    expect(stdout).toContain('would fail at place: no host will do for web\n');
    expect(stdout).toContain('no host takes web of shop\n  h1: lacks tag gpu\n  fix: tag a host with gpu\n');
  });

  it.each([['h2'], ['h2='], ['h2=-'], ['=gpu']])('refuses --tag %s with 2 and an example', async (text) => {
    const { code, stderr } = await berth(['plan', '--tag', text]);
    expect([code, api?.asked]).toEqual([2, []]);
    expect(stderr).toContain('as in h2=gpu');
  });
});

describe('berth deploy --plan', () => {
  it('names the plan, and ends with 6 and the words of Berth where it became another one', async () => {
    const detail = 'what was planned would not come about any more: no longer shop: shop-web-1-…-1 on h2';
    const refusal = { status: 409, problem: { title: 'Plan outdated', detail } };
    const { code, stderr } = await berth(['deploy', '--plan', plan.token], { refusal }, compose.replace('build: .', 'image: "api:1"'));
    expect(code).toBe(6);
    expect(api?.wishes[0]?.body).toMatchObject({ plan: plan.token });
    expect(stderr).toContain(detail);
  });
});
