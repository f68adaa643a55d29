import { describe, expect, it } from 'vitest';
import type { ContainerId, ContainerSpec, ContainersPart, DesiredContainer, StackName } from '#libs/contracts';
import { containerSpec } from '#libs/testing/container-spec';
import { goalsOf, type ObservedContainer } from './observed.ts';
import { type HostView, plan } from './reconcile.ts';
import type { Setback } from './setback.ts';

const spec = containerSpec();
const id = spec.container;
const part = (...containers: readonly DesiredContainer[]): ContainersPart => ({
  stack: 'shop' as StackName,
  generation: { incarnation: 1, position: 1 },
  containers,
});
const observed = (change: Partial<ObservedContainer> = {}): ObservedContainer =>
  ({
    ...{ container: id, stack: 'shop', service: 'web', version: 1, fingerprint: `made from ${id}`, state: 'running', engineId: 'e1' },
    ...{ run: 'r1', image: 'sha256:1', address: '10.64.0.10', pid: 7, exitCode: null, oom: false, check: null },
    ...change,
  }) as ObservedContainer;
const setback = (change: Partial<Setback>): Setback => ({ count: 1, run: 'r1', message: '', at: 0, retryAt: 1000, ...change });
const planOf = (containers: readonly DesiredContainer[], change: Partial<HostView> = {}) =>
  plan({
    ...{ goals: goalsOf([part(...containers)]), observed: [], underWay: [], setbacks: new Map(), now: 0 },
    wasHealthy: () => true,
    fingerprintOf: ({ container }: ContainerSpec) => `made from ${container}`,
    ...change,
  });
const stepsOf = (...given: Parameters<typeof planOf>) => planOf(...given).steps.map((step) => step.do);
const run: DesiredContainer = { goal: 'run', spec };
const gone: DesiredContainer = { goal: 'gone', container: id, stopGraceMs: 10_000 };
const drain: DesiredContainer = { goal: 'drain', spec, disregard: [] };

describe('plan', () => {
  it('makes what is missing, starts what is made, and leaves what runs', () => {
    expect(stepsOf([run])).toEqual(['create']);
    expect(stepsOf([run], { observed: [observed({ state: 'created', run: null })] })).toEqual(['start']);
    expect(stepsOf([run], { observed: [observed()] })).toEqual([]);
  });

  it('stops what shall be gone before it removes it', () => {
    expect(planOf([gone], { observed: [observed()] }).steps).toEqual([{ do: 'stop', container: id, graceMs: 10_000 }]);
    expect(stepsOf([gone], { observed: [observed({ state: 'exited' })] })).toEqual(['remove']);
    expect(stepsOf([gone])).toEqual([]);
  });

  it('lets a leaving container be, whatever became of it', () => {
    expect(stepsOf([drain], { observed: [observed()] })).toEqual([]);
    expect(stepsOf([drain], { observed: [observed({ state: 'exited' })] })).toEqual([]);
    expect(stepsOf([drain])).toEqual([]);
  });

  it('never touches a container that no part names', () => {
    expect(stepsOf([], { observed: [observed()] })).toEqual([]);
  });

  it('waits after an exit, and says until when', () => {
    const view = { observed: [observed({ state: 'exited' })], setbacks: new Map([[id, setback({ retryAt: 1000 })]]) };
    expect(planOf([run], view)).toEqual({ steps: [], wakeAt: 1000 });
    expect(stepsOf([run], { ...view, now: 1000 })).toEqual(['start']);
  });

  it('leaves one that exited before it was ever healthy to the control plane', () => {
    expect(planOf([run], { observed: [observed({ state: 'exited' })], wasHealthy: () => false })).toEqual({ steps: [], wakeAt: null });
  });

  it('makes a stopped container of another spec anew, and never stops one that runs', () => {
    expect(stepsOf([run], { observed: [observed({ state: 'exited', fingerprint: 'other' })] })).toEqual(['remove']);
    expect(stepsOf([run], { observed: [observed({ fingerprint: 'other' })] })).toEqual([]);
  });

  it('takes one step of a container at a time', () => {
    expect(stepsOf([run], { underWay: [{ do: 'create', container: id, spec }] })).toEqual([]);
    expect(stepsOf([gone], { observed: [observed({ state: 'leaving' })] })).toEqual([]);
  });

  it('begins four at once, and lets no stop hold a start up', () => {
    const specs = [1, 2, 3, 4, 5, 6].map((slot) => containerSpec({ slot }));
    const old = [1, 2, 3, 4, 5].map((n) => `old-${n}` as ContainerId);
    const containers: DesiredContainer[] = [
      ...specs.map((each) => ({ goal: 'run' as const, spec: each })),
      ...old.map((container) => ({ goal: 'gone' as const, container, stopGraceMs: 0 })),
    ];
    const view = { observed: old.map((container) => observed({ container })) };
    const { steps } = planOf(containers, view);
    expect(steps.map((step) => step.do)).toEqual(['create', 'create', 'create', 'create', 'stop', 'stop', 'stop', 'stop']);
    expect(stepsOf(containers, { ...view, underWay: steps })).toEqual([]);
  });

  it('believes the part that wants a container gone', () => {
    const goals = goalsOf([part(gone), part(run)]);
    expect(plan({ ...baseView, goals }).steps).toEqual([]);
    expect(goalsOf([part(run), part(gone)]).map(({ goal }) => goal)).toEqual(['gone']);
  });
});

describe('a host that may have been replaced', () => {
  const old = 'old-1' as ContainerId;
  const superseded: DesiredContainer = { goal: 'gone', container: old, stopGraceMs: 0 };

  it('begins nothing new while its fence is shut, and keeps up what it had', () => {
    const shut = { fence: 'shut', wasHealthy: () => false } as const;
    expect(stepsOf([run], shut)).toEqual([]);
    expect(stepsOf([run], { ...shut, observed: [observed({ state: 'created', run: null })] })).toEqual([]);
    const crashed = { observed: [observed({ state: 'exited' })] };
    expect(stepsOf([run], { fence: 'shut', ...crashed })).toEqual(['start']);
  });

  it('stops what must go before it begins anything else', () => {
    const running = { observed: [observed({ container: old })] };
    expect(stepsOf([run, superseded], { fence: 'catching-up', ...running })).toEqual(['stop']);
    expect(stepsOf([run, superseded], { fence: 'catching-up', observed: [observed({ container: old, state: 'exited' })] })).toEqual([
      'create',
      'remove',
    ]);
  });
});

const baseView: HostView = {
  ...{ goals: [], observed: [], underWay: [], setbacks: new Map(), now: 0 },
  wasHealthy: () => true,
  fingerprintOf: () => '',
};
