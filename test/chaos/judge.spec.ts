import { expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import { unrest } from './judge.ts';

const said = (type: string, data: object) => ({ type, data }) as unknown as BerthEvent;
const deployed = [
  said('DeployRequested', { deployment: 'd1' }),
  said('ContainersPlaced', { deployment: 'd1', version: 1, placements: [{ container: 'c1', host: 'h1' }] }),
  said('VersionPromoted', { deployment: 'd1', version: 1 }),
  said('SwitchCompleted', { deployment: 'd1', version: 1 }),
];

it('finds nothing where the engines run what the log says', () => {
  expect(unrest(deployed, { h1: ['c1'], h2: [] })).toEqual([]);
});

it('finds a deployment that did not end', () => {
  expect(unrest(deployed.slice(0, 2), { h1: [] })).toContain('deployment d1 did not end');
});

it('finds containers that run elsewhere, too long, or not at all', () => {
  expect(unrest(deployed, { h1: [], h2: ['c1'] })).toEqual(['c1 does not run on h1', 'c1 runs on h2 against the log']);
});

it('finds a version that was replaced and not retired', () => {
  const next = [said('VersionPromoted', { deployment: 'd2', version: 2 }), said('SwitchCompleted', { deployment: 'd2', version: 2 })];
  expect(unrest([...deployed, ...next], { h1: ['c1'] })).toContain('version 1 was replaced and is not retired');
});
