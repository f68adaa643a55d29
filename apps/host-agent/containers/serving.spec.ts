import { expect, it } from 'vitest';
import type { NamesPart } from '#libs/contracts';
import { goalsOf } from '#libs/domain/host';
import { containerSpec } from '#libs/testing/container-spec';
import { servingOf } from './serving.ts';

const spec = containerSpec();
const goals = goalsOf([{ stack: spec.stack, generation: { incarnation: 1, position: 1 }, containers: [{ goal: 'run', spec }] }]);
const names = (promoted: number | null) => [{ stack: spec.stack, promoted } as unknown as NamesPart];

it('knows the containers of the promoted version, which were healthy once', () => {
  expect([...servingOf(goals, names(spec.version))]).toEqual([spec.container]);
  expect([...servingOf(goals, names(spec.version + 1))]).toEqual([]);
  expect([...servingOf(goals, names(null))]).toEqual([]);
  expect([...servingOf(goals, [])]).toEqual([]);
});
