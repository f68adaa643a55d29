import { expect, it } from 'vitest';
import type { Difference, StackName } from '#libs/contracts';
import { diffLines } from './diff.ts';

const difference = (about: Difference['about'], what: string, before: string | null, after: string | null): Difference => ({
  ...{ about, what, before, after },
  stack: 'shop' as StackName,
});

it('says what came, what went and what is another, and no sealed value', () => {
  const moment = { position: 1, at: 1 };
  const differences = [
    difference('containers', 'a', null, 'healthy'),
    difference('containers', 'b', 'healthy', null),
    difference('settings', 'PASSWORD', 'sealed', 'sealed'),
    difference('settings', 'replicas', '1', '2'),
  ];
  expect(diffLines({ from: moment, to: moment, differences })).toEqual([
    ...['shop: containers', '  + a: healthy', '  - b: healthy'],
    ...['shop: settings', '  ~ PASSWORD: changed (sealed)', '  ~ replicas: 1 → 2'],
  ]);
});
