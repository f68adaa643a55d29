import { afterEach, describe, expect, it } from 'vitest';
import { type FakeApi, type FakeApiOptions, startFakeApi } from '../testing/fake-api.ts';
import { folderWith, type Ran, removeFolders, runBerth } from '../testing/run-berth.ts';
import { CONTAINER, wireEvent } from '../testing/wire.ts';

let api: FakeApi | undefined;
const berth = async (args: readonly string[], options: FakeApiOptions = {}): Promise<Ran> => {
  api = await startFakeApi(options);
  return runBerth(['hosts', ...args], await folderWith({}), { BERTH_URL: api.url });
};
afterEach(async () => {
  await api?.close();
  await removeFolders();
});

const there = { container: CONTAINER, stack: 'shop', service: 'web', host: 'h2' };

describe('berth hosts', () => {
  it('reads tags with their signs, also one that looks like an option', async () => {
    const unfit = [{ ...there, lacks: ['hdd'] }];
    const { code, stdout } = await berth(['tag', 'h2', '+ssd', '-hdd', '-old', '--detach'], { unfit });
    expect(code).toBe(0);
    expect(api?.changes).toEqual([{ host: 'h2', change: { kind: 'tag', add: ['ssd'], remove: ['hdd', 'old'] } }]);
    expect(stdout).toContain(`1 container no longer fits; nothing is moved:\n  ${CONTAINER}  on h2: web of shop wants hdd`);
  });

  it('drains: tells which container moves where, what is stuck and why, and ends when the host is empty', async () => {
    const events = [
      wireEvent(1, 'HostCordoned', { host: 'h2' as never, why: 'drain' }),
      wireEvent(2, 'PlacementFailed', {
        ...{ service: 'web' as never, fix: 'add a host' },
        excluded: [{ host: 'h1' as never, reason: 'lacks the tag ssd' }],
      }),
      wireEvent(3, 'ContainersPlaced', {
        placements: [{ container: 'c2', slot: 1, host: 'h3', reason: 'r', replaces: CONTAINER } as never],
      }),
      wireEvent(4, 'ContainerHealthy', { container: 'c2' as never }),
      wireEvent(5, 'ContainersRetired', { containers: [CONTAINER as never] }),
      wireEvent(6, 'PlacementReleased', { container: CONTAINER as never, host: 'h2' as never }),
      wireEvent(7, 'HostDrained', { host: 'h2' as never }),
    ];
    const { code, stdout, stderr } = await berth(['drain', 'h2'], { events, containers: [there] });
    expect(code, stderr).toBe(0);
    expect(stdout.split('\n').flatMap((line) => /s {2}(\w+) +(.+)$/.exec(line)?.slice(1, 3).join(' ') ?? [])).toEqual([
      'cordoned it gets no new containers',
      'stuck web of shop: h1: lacks the tag ssd; add a host',
      `moves ${CONTAINER} to h3 as c2`,
      `healthy c2, in the place of ${CONTAINER}`,
      `stops ${CONTAINER}`,
      `gone ${CONTAINER}; 0 left`,
      'drained no container of ours is left on it',
    ]);
    expect(stderr).toContain('h2 is empty');
  });

  it('says that a drain was ended by somebody else', async () => {
    const events = [wireEvent(1, 'HostUncordoned', { host: 'h2' as never, why: 'asked' })];
    const { code, stdout } = await berth(['drain', 'h2', '--json'], { events });
    expect(code).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ host: 'h2', change: { kind: 'drain' }, ended: 'undone' });
  });

  it('invites a machine under the next free name of its group, and holds no password', async () => {
    const { stdout } = await berth(['invite', '--group', 'aws', '--broker', 'mq:5671'], { hosts: [{ host: 'aws-1' }] });
    expect(stdout).toContain("set_permissions --vhost berth host-aws-2 '^mail\\.host/aws-2$' '^berth\\.mail$' '^mail\\.host/aws-2$'");
    expect(stdout).toContain('export BERTH_GROUP=aws\nexport BERTH_AMQP_URL=amqps://host-aws-2:PASSWORD@mq:5671/berth');
  });
});
