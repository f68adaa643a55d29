import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type BerthEvent, streamOf } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import { containerOf, History } from '#libs/testing/history';
import { emptyWorld, evolveWorld, WORLD_FORM, type World, WorldReader, worldLines, worldText } from './index.ts';

const reread = (world: World): World => {
  const reader = new WorldReader();
  for (const line of worldLines(world)) reader.take(line);
  return reader.world();
};

/** One event of every type and version ever published, told at one position, so that another one changes the world by what it says alone. */
const golden = (): World => {
  const lines = readFileSync(new URL('../../contracts/events/golden.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const events = lines.map((line): BerthEvent => {
    const { type, v, data } = JSON.parse(line);
    const envelope = { id: `${type}-${v}`, stream: streamOf(type, data), version: 1, position: 7, incarnation: 1, at: 7 };
    return { ...envelope, type, v, data, actor: 'test', correlation: 'test', causation: null } as unknown as BerthEvent;
  });
  return events.reduce(evolveWorld, emptyWorld);
};

/** Without what every event changes. */
const formOf = ({ stacks, ...world }: World): string => {
  const unnamed = [...stacks].map(([stack, state]) => [stack, { ...state, last: null }] as const);
  const text = worldText({ ...world, versions: OrderedMap.empty(), stacks: OrderedMap.of(unnamed) });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
};

const fleet = (containers: number): History => {
  const hosts = Array.from({ length: containers }, (_, nth) => `host-${nth}`);
  const history = new History().deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', hosts);
  for (const host of hosts) history.joined(host);
  return history;
};

describe('a world in lines', () => {
  it('is the same when it is read back', () => {
    for (const world of [emptyWorld, golden(), fleet(1201).world]) {
      expect(reread(world)).toEqual(world);
      expect(worldText(reread(world))).toBe(worldText(world));
    }
  });

  it('has short lines, however many containers and hosts there are', () => {
    expect(Math.max(...[...worldLines(fleet(1201).world)].map(({ length }) => length))).toBeLessThan(500_000);
  });

  it('tells worlds apart that differ in one container', () => {
    const [one, other] = [fleet(2), fleet(2)];
    expect(worldText(one.world)).toBe(worldText(other.world));
    const [web] = [containerOf('shop', 1, 'web', 2)];
    expect(worldText(other.started('shop', web).world)).not.toBe(worldText(one.started('shop', web, { run: 'r2' }).world));
  });

  it('can not be read without its beginning', () => {
    expect(() => new WorldReader().world()).toThrow('its first line is missing');
  });
});

/**
 * When this fails, the fold makes another world of the same events: raise `WORLD_FORM` by one, so that no snapshot of before is read, and
 * write the new hash here.
 */
it('a world has the form that its number says', () => {
  expect({ form: WORLD_FORM, hash: formOf(golden()) }).toEqual({ form: 3, hash: 'cf2f0f04a9332561' });
});
