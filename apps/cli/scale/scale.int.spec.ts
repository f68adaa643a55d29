import { afterEach, describe, expect, it } from 'vitest';
import { type FakeApi, type FakeApiOptions, startFakeApi } from '../testing/fake-api.ts';
import { folderWith, type Ran, removeFolders, runBerth } from '../testing/run-berth.ts';
import { wireEvent } from '../testing/wire.ts';

const compose = 'name: shop\nservices:\n  web: {image: "web:1"}\n';
let api: FakeApi | undefined;
const berth = async (args: readonly string[], options: FakeApiOptions = {}): Promise<Ran> => {
  api = await startFakeApi(options);
  return runBerth(['scale', ...args], await folderWith({ 'compose.yaml': compose }), { BERTH_URL: api.url });
};
afterEach(async () => {
  await api?.close();
  await removeFolders();
});

const web = (slot: number) => `shop-web-${slot}-abcdefgh-1` as never;
const there = (slot: number) => ({ container: web(slot), stack: 'shop', service: 'web', version: 2, status: 'healthy' });
const answered = (from: number, to: number) => ({
  ...{ stack: 'shop', position: 1, version: 2 },
  services: [{ service: 'web', from, to, inManifest: 1 }],
});
const scaled = (replicas: number) => wireEvent(2, 'ServiceScaled', { service: 'web' as never, replicas, of: 1 });

describe('berth scale', () => {
  it('asks for numbers and differences of the stack here', async () => {
    const { code, stdout } = await berth(['web=5', 'api=+2', 'worker=-1', '--detach'], { scaling: answered(1, 5) });
    expect(code).toBe(0);
    const services = { web: { kind: 'to', replicas: 5 }, api: { kind: 'by', delta: 2 }, worker: { kind: 'by', delta: -1 } };
    expect(api?.wishes).toEqual([{ key: '/v1/stacks/shop/scale', body: { services } }]);
    expect(stdout).toContain('asked      web 1 → 5\nwatch it: berth events --stack shop --after 0 --follow\n');
  });

  it('waits until all are healthy', async () => {
    const placements = [{ container: web(2), slot: 2, host: 'h2', reason: 'fewest of web' } as never];
    const events = [
      scaled(2),
      wireEvent(3, 'ContainersPlaced', { service: 'web' as never, placements }),
      wireEvent(4, 'ContainerHealthy', { container: web(2), by: 'port' }),
    ];
    const { code, stdout } = await berth(['web=2'], { scaling: answered(1, 2), containers: [there(1)], events });
    expect(code).toBe(0);
    expect(stdout).toMatch(/placed {5}shop-web-2-\S+ {2}on h2: fewest of web\n.*healthy {4}shop-web-2-\S+ {2}by port\n/);
    expect(stdout).toContain('shop has web 2 (manifest says 1), ');
  });

  it('waits until the rest is gone', async () => {
    const reason = 'web shall have 1';
    const events = [
      scaled(1),
      wireEvent(3, 'PlacementsWithdrawn', { containers: [web(2)], why: 'scaled-down', reason }),
      wireEvent(4, 'PlacementReleased', { container: web(2) }),
    ];
    const { code, stdout } = await berth(['web=1'], { scaling: answered(2, 1), containers: [there(1), there(2)], events });
    expect(code).toBe(0);
    expect(stdout).toMatch(/leaves {5}shop-web-2-\S+: web shall have 1\n.*gone {7}shop-web-2-/);
    expect(stdout).toContain('shop has web 1, ');
  });

  it('ends with 9 and the reasons where no host takes more', async () => {
    const failed = { service: 'web' as never, excluded: [{ host: 'h1', reason: '0 bytes of memory free' } as never], fix: 'add a host' };
    const { code, stdout } = await berth(['web=2'], {
      scaling: answered(1, 2),
      containers: [there(1)],
      events: [scaled(2), wireEvent(3, 'PlacementFailed', failed)],
    });
    expect(code).toBe(9);
    expect(stdout).toContain('h1 for web: 0 bytes of memory free\nno host takes more of web: add a host');
  });

  it('ends with 5 after the time that was given, and says what it waits for', async () => {
    const { code, stdout } = await berth(['web=2', '--timeout', '300ms'], { scaling: answered(1, 2), containers: [there(1)], events: [] });
    expect(code).toBe(5);
    expect(stdout).toContain('it goes on, and waits for 1 of web to become healthy');
  });

  it.each([['web'], ['web=x'], ['web=1001']])('refuses %s with 2 and an example, and asks for nothing', async (text) => {
    expect((await berth([text])).code).toBe(2);
    expect(api?.asked).toEqual([]);
  });

  it('prints each fault that Berth found', async () => {
    const errors = [{ pointer: '#/services/wbe', detail: 'has no service wbe; did you mean web?' }];
    const { code, stderr } = await berth(['wbe=2'], { refusal: { status: 422, problem: { title: 'Body refused', errors } } });
    expect(code).toBe(2);
    expect(stderr).toContain('nothing was scaled:\n  has no service wbe; did you mean web?');
  });
});
