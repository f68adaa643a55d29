import { describe, expect, it } from 'vitest';
import type { ContainerId, StackName } from '#libs/contracts';
import { containerSpec } from '#libs/testing/container-spec';
import { goalsOf, type ObservedContainer } from './observed.ts';
import { afterSetback, noteExits, type Setback } from './setback.ts';

const spec = containerSpec();
const goals = goalsOf([{ stack: 'shop' as StackName, generation: { incarnation: 1, position: 1 }, containers: [{ goal: 'run', spec }] }]);
const exited = (run: string, container: ContainerId = spec.container) => ({ container, state: 'exited', run }) as ObservedContainer;

describe('setbacks', () => {
  it('waits 1 s, then twice as long each time, up to 60 s', () => {
    const waits: number[] = [];
    let setback: Setback | undefined;
    for (let now = 0; waits.length < 8; now = setback.retryAt) {
      setback = afterSetback(setback, now, { run: null, message: 'no image' });
      waits.push(setback.retryAt - now);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('begins anew after two longest waits without one', () => {
    const first = { ...afterSetback(undefined, 0, { run: 'r1', message: '' }), count: 5 };
    expect(afterSetback(first, 120_000, { run: 'r2', message: '' }).count).toBe(6);
    expect(afterSetback(first, 120_001, { run: 'r2', message: '' }).count).toBe(1);
  });

  it('counts one exit once', () => {
    const once = noteExits(new Map(), { goals, observed: [exited('r1')] }, 0);
    const again = noteExits(once, { goals, observed: [exited('r1')] }, 500);
    const next = noteExits(again, { goals, observed: [exited('r2')] }, 900);
    expect([once, again, next].map((each) => each.get(spec.container)?.count)).toEqual([1, 1, 2]);
  });

  it('forgets what is not wanted any more', () => {
    const known = noteExits(new Map(), { goals, observed: [exited('r1')] }, 0);
    expect(noteExits(known, { goals: [], observed: [exited('r2')] }, 1).size).toBe(0);
  });
});
