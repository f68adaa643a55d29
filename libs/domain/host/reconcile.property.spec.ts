import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerId, ContainerSpec, DesiredContainer, StackName } from '#libs/contracts';
import { containerSpec } from '#libs/testing/container-spec';
import { type Goal, goalsOf, type ObservedContainer } from './observed.ts';
import { plan, type Step } from './reconcile.ts';

const fingerprintOf = ({ container }: ContainerSpec): string => `made from ${container}`;
const specs = [1, 2, 3, 4, 5, 6, 7].map((slot) => containerSpec({ slot }));
const orphan = 'orphan' as ContainerId;

const desiredOf = (spec: ContainerSpec): fc.Arbitrary<DesiredContainer> =>
  fc.constantFrom<DesiredContainer>(
    { goal: 'run', spec },
    { goal: 'drain', spec, disregard: [] },
    { goal: 'gone', container: spec.container, stopGraceMs: 1000 },
  );
const goals = fc
  .tuple(...specs.map((spec) => fc.option(desiredOf(spec))))
  .map((all) => all.filter((each) => each !== null))
  .map((containers) => goalsOf([{ stack: 'shop' as StackName, generation: { incarnation: 1, position: 1 }, containers }]));

const observedOf = (container: ContainerId): fc.Arbitrary<ObservedContainer> =>
  fc.record({
    ...{ container: fc.constant(container), stack: fc.constant('shop'), service: fc.constant('web'), version: fc.constant(1) },
    fingerprint: fc.constantFrom(`made from ${container}`, 'something else'),
    state: fc.constantFrom('created', 'running', 'exited'),
    ...{ engineId: fc.constant('e'), run: fc.constant('r'), image: fc.constant('i'), address: fc.constant('10.64.0.10') },
    ...{ pid: fc.constant(1), exitCode: fc.constant(0), oom: fc.constant(false), check: fc.constant(null) },
  }) as unknown as fc.Arbitrary<ObservedContainer>;
const engine = fc
  .tuple(...[...specs.map(({ container }) => container), orphan].map((id) => fc.option(observedOf(id))))
  .map((all) => all.filter((each) => each !== null));

/** What an engine is after a step; a second container of one id is refused, as a real engine does. */
const after = (observed: readonly ObservedContainer[], step: Step): readonly ObservedContainer[] => {
  const others = observed.filter(({ container }) => container !== step.container);
  const before = observed.find(({ container }) => container === step.container);
  switch (step.do) {
    case 'create':
      expect(before).toBeUndefined();
      return [...others, { ...blank, container: step.container, fingerprint: fingerprintOf(step.spec), state: 'created' }];
    case 'start':
      return before ? [...others, { ...before, state: 'running' }] : others;
    case 'stop':
      return before ? [...others, { ...before, state: 'exited' }] : others;
    case 'remove':
      return others;
  }
};
const blank = { stack: 'shop', service: 'web', version: 1, engineId: 'e', run: null, image: 'i' } as unknown as ObservedContainer;

const planOn = (goals: readonly Goal[], observed: readonly ObservedContainer[]) =>
  plan({ goals, observed, underWay: [], setbacks: new Map(), wasHealthy: () => true, fingerprintOf, now: 0 }).steps;

/** Every engine on the way from one pass to the next, until no step is left. */
const passes = (goals: readonly Goal[], observed: readonly ObservedContainer[]) => {
  const taken: Step[] = [];
  let now = observed;
  for (let steps = planOn(goals, now); steps.length > 0 && taken.length < 100; steps = planOn(goals, now)) {
    taken.push(...steps);
    now = steps.reduce(after, now);
  }
  return { taken, end: now };
};

describe('plan, pass after pass', () => {
  it('comes to its end and then changes nothing (I11)', () => {
    fc.assert(
      fc.property(goals, engine, (goals, observed) => {
        const { taken, end } = passes(goals, observed);
        expect(planOn(goals, end)).toEqual([]);
        expect(taken.length).toBeLessThanOrEqual(3 * goals.length);
      }),
    );
  });

  it('ends with what shall run running and what shall be gone gone', () => {
    fc.assert(
      fc.property(goals, engine, (goals, observed) => {
        const end = new Map(passes(goals, observed).end.map((each) => [each.container, each]));
        for (const { goal, container } of goals) {
          if (goal === 'run') expect(end.get(container)?.state).toBe('running');
          if (goal === 'gone') expect(end.has(container)).toBe(false);
        }
      }),
    );
  });

  it('never starts what shall be gone, stops only that, and touches no orphan', () => {
    fc.assert(
      fc.property(goals, engine, (goals, observed) => {
        const gone = new Set(goals.filter(({ goal }) => goal === 'gone').map(({ container }) => container));
        for (const step of passes(goals, observed).taken) {
          expect(step.container).not.toBe(orphan);
          expect(step.do === 'stop' ? gone.has(step.container) : step.do === 'remove' || !gone.has(step.container)).toBe(true);
        }
      }),
    );
  });

  it('takes at most one step of a container in a pass', () => {
    fc.assert(
      fc.property(goals, engine, (goals, observed) => {
        const containers = planOn(goals, observed).map((step) => step.container);
        expect(new Set(containers).size).toBe(containers.length);
      }),
    );
  });
});
