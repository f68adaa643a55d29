import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownEngine } from '../stories/harness/engine.ts';
import { goodRun, roundAt } from './campaign.ts';
import { Platform } from './platform.ts';
import { drawn, type Point, pointsOf, pointText } from './points.ts';
import { play } from './round.ts';

const POINTS = 6;

/** Others with each commit, so that all of them come by. */
const seed = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();

/** All daemons of the hosts start in it, and the first versions are deployed. */
const START_MS = 240_000;

describe('a service killed at a step of a deployment', () => {
  let rising: Promise<Platform>;
  let platform: Platform;
  let points: readonly Point[];

  beforeAll(async () => {
    rising = Platform.up({ name: `k${process.pid}`, net: 42, builder: ownEngine() });
    platform = await rising;
    await goodRun(platform);
    points = drawn(pointsOf(await platform.log()), POINTS, seed);
  }, START_MS);
  afterAll(async () => (await rising).down());

  it.each(Array.from({ length: POINTS }, (_, at) => at))('holds everything at the drawn point %i', async (at) => {
    const point = points[at] as Point;
    const { isStruck, faults } = await play(platform, roundAt(point, seed));
    expect({ isStruck, faults }, `npm run chaos -- --point ${pointText(point)} --seed ${seed}`).toEqual({ isStruck: true, faults: [] });
  });
});
