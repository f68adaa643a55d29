import { afterEach, describe, expect, it } from 'vitest';
import { type FakeApi, type FakeApiOptions, startFakeApi } from '../testing/fake-api.ts';
import { folderWith, type Ran, removeFolders, runBerth } from '../testing/run-berth.ts';
import { CONTAINER, wireEvent } from '../testing/wire.ts';

let api: FakeApi | undefined;
const berth = async (args: readonly string[], options: FakeApiOptions = {}): Promise<Ran> => {
  api = await startFakeApi({ rebalance, ...options });
  return runBerth(['rebalance', ...args], await folderWith({}), { BERTH_URL: api.url });
};
afterEach(async () => {
  await api?.close();
  await removeFolders();
});

const of = (spread: number) => ({ stack: 'shop', service: 'web', spread });
const rebalance = {
  position: 1,
  moves: [{ stack: 'shop', service: 'web', container: CONTAINER, from: 'h1', to: 'h2', reason: 'h1 has 2 of web, h2 0' }],
  before: { hosts: 3, services: [of(2), { ...of(1), service: 'api' }] },
  after: { hosts: 1, services: [of(0), { ...of(1), service: 'api' }] },
};
const replacement = 'shop-web-1-abcdefgh-2' as never;

describe('berth rebalance', () => {
  it.each([[['--plan']], [[]]])('%j shows the moves and does nothing', async (args) => {
    const { code, stdout, stderr } = await berth([...args, '--max', '3']);
    expect([code, api?.asked]).toEqual([0, ['GET /v1/rebalance?max=3']]);
    expect(stdout).toBe(
      [
        'CONTAINER              FROM  TO  WHY',
        `${CONTAINER}  h1    h2  h1 has 2 of web, h2 0`,
        'spread over hosts: 3 → 1 containers',
        'spread of web of shop: 2 → 0',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('berth rebalance --apply');
  });

  it('--apply asks for them and waits until each is where it shall be', async () => {
    const events = [
      wireEvent(1, 'MovesRequested', {}),
      wireEvent(2, 'ContainersPlaced', {
        placements: [{ container: replacement, slot: 1, host: 'h2', reason: 'r', replaces: CONTAINER } as never],
      }),
      wireEvent(3, 'ContainerHealthy', { container: replacement }),
      wireEvent(4, 'PlacementReleased', { container: CONTAINER as never }),
    ];
    const { code, stdout } = await berth(['--apply', '--stack', 'shop'], { events });
    expect(code).toBe(0);
    expect(api?.wishes[0]?.body).toEqual({ stack: 'shop' });
    expect(stdout).toMatch(/moves {6}\S+ to h2 as \S+-2\n.*healthy {4}\S+-2, in the place of .*\n.*gone.*\n1 moved\n$/);
  });

  it('says which stay, and ends with 9', async () => {
    const events = [wireEvent(2, 'MovesRefused', { containers: [CONTAINER as never], reason: 'h2 has no room for them' })];
    const { code, stdout } = await berth(['--apply'], { events });
    expect(code).toBe(9);
    expect(stdout).toContain('h2 has no room for them\n0 moved, 1 stay where they are\n');
  });

  it('says when there is nothing to do', async () => {
    const { stdout } = await berth(['--apply'], { rebalance: { ...rebalance, moves: [], after: rebalance.before } });
    expect(stdout).toContain('no move would make anything more even\n');
  });
});
