import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerId, ContainersState, HostId, StackName } from '#libs/contracts';
import { containerSpec } from '#libs/testing/container-spec';
import { DesiredState } from './desired-state.ts';
import { LocalDisk } from './whole-file.ts';

let dir: string;
let path: string;
const spec = containerSpec();
const news = (position: number, change: Partial<ContainersState> = {}): ContainersState => ({
  ...{ type: 'HostState', kind: 'containers', host: 'one' as HostId, full: true, keys: { k1: 'a2V5' } },
  asOf: { incarnation: 1, position },
  parts: [{ stack: 'shop' as StackName, generation: { incarnation: 1, position: 3 }, containers: [{ goal: 'run', spec }] }],
  ...change,
});
const loaded = async (): Promise<DesiredState> => {
  const state = new DesiredState(new LocalDisk(), path);
  await state.load();
  return state;
};

beforeEach(async () => {
  dir = await mkdtemp('/tmp/bd-');
  path = join(dir, 'agent', 'state.json');
});
afterEach(() => rm(dir, { recursive: true }));

describe('the desired state on disk', () => {
  it('is there after a restart, with its keys and the healthy runs, for root alone', async () => {
    const state = await loaded();
    expect(await state.take(news(5))).toBe(true);
    expect(await state.noteHealthy(spec.container, 'r1')).toBe(true);
    const again = await loaded();
    expect([again.containers, again.keys, again.healthyRun(spec.container)]).toEqual([state.containers, { k1: 'a2V5' }, 'r1']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is not written again for news that say the same', async () => {
    const state = await loaded();
    await state.take(news(5));
    const before = await stat(path);
    expect(await state.take(news(6))).toBe(false);
    expect((await stat(path)).ino).toBe(before.ino);
  });

  it('does not go back to an older log', async () => {
    const state = await loaded();
    await state.take(news(5));
    expect(await state.take(news(4, { parts: [] }))).toBe(false);
    expect(state.containers).toHaveLength(1);
  });

  it('keeps keys of other stacks with partial news, and forgets healthy runs of what is named no more', async () => {
    const state = await loaded();
    await state.take(news(5));
    await state.noteHealthy(spec.container, 'r1');
    await state.take(news(6, { full: false, parts: [], keys: { k2: 'a2V5' } }));
    expect(Object.keys(state.keys)).toEqual(['k1', 'k2']);
    await state.take(news(7, { parts: [] }));
    expect(state.healthyRun(spec.container as ContainerId)).toBeUndefined();
  });

  it('survives a write that was cut short', async () => {
    const state = await loaded();
    await state.take(news(5));
    await writeFile(`${path}.new`, '{"containers":');
    expect((await loaded()).containers).toEqual(state.containers);
    expect(await readFile(path, 'utf8')).toContain('shop');
  });

  it('does not guess at a file that somebody else changed', async () => {
    await (await loaded()).take(news(5));
    await writeFile(path, 'x');
    await expect(loaded()).rejects.toThrow(`read ${path}: it is not what was written there`);
  });
});
