import { expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import { drawn, pointNamed, pointsOf, pointText, victims } from './points.ts';

const log = ['DeployRequested', 'DeployFailed', 'DeployRequested', 'VersionCreated', 'ContainerStarted', 'ContainerStarted'].map(
  (type) => ({ type }) as BerthEvent,
);
const points = pointsOf(log);

it('makes a point of each victim and each step of the newest run', () => {
  expect([...new Set(points.map(({ step }) => step))]).toEqual(['DeployRequested', 'VersionCreated', 'ContainerStarted']);
  expect(points).toHaveLength(3 * victims.length);
});

it('draws the same points for the same seed, and others for another', () => {
  const texts = (seed: string) => drawn(points, 5, seed).map(pointText);
  expect(texts('a')).toEqual(texts('a'));
  expect(new Set(texts('a')).size).toBe(5);
  expect(texts('a')).not.toEqual(texts('b'));
});

it('names what there is where a point is unknown', () => {
  expect(pointNamed(points, 'scheduler:VersionCreated')).toEqual({ victim: 'scheduler', step: 'VersionCreated' });
  expect(() => pointNamed(points, 'scheduler:Nothing')).toThrow('VersionCreated');
});
