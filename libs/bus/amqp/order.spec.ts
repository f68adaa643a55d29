import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsAfter } from './order.ts';

const at = (position: number, incarnation = 1) => ({ position, incarnation });
const positions = (runs: readonly (readonly { readonly position: number }[])[]) => runs.map((run) => run.map(({ position }) => position));

describe('runsAfter', () => {
  it('puts what came mixed into order and drops what is known', () => {
    expect(positions(runsAfter(at(2), [at(4), at(2), at(3), at(4), at(1)]))).toEqual([[3, 4]]);
  });

  it('cuts where a position is missing', () => {
    expect(positions(runsAfter(at(2), [at(3), at(5), at(6)]))).toEqual([[3], [5, 6]]);
  });

  it('begins anywhere when nothing is known', () => {
    expect(positions(runsAfter(null, [at(41), at(42)]))).toEqual([[41, 42]]);
  });

  it('goes on with a higher incarnation, whatever its positions, and drops a lower one', () => {
    expect(positions(runsAfter(at(40), [at(41), at(7, 2), at(8, 2)]))).toEqual([[41], [7, 8]]);
    expect(runsAfter(at(7, 2), [at(41), at(42)])).toEqual([]);
  });

  it('never goes back, never repeats, leaves no gap inside a run and loses nothing new', () => {
    const places = fc.array(fc.record({ position: fc.integer({ min: 1, max: 30 }), incarnation: fc.integer({ min: 1, max: 2 }) }));
    fc.assert(
      fc.property(fc.option(fc.record({ position: fc.nat(20), incarnation: fc.constant(1) })), places, (last, events) => {
        const runs = runsAfter(last, events);
        const keys = runs.flat().map(({ incarnation, position }) => incarnation * 1000 + position);
        const after = last ? 1000 + last.position : 0;
        const wanted = new Set(events.map(({ incarnation, position }) => incarnation * 1000 + position).filter((key) => key > after));
        expect(keys).toEqual([...wanted].sort((a, b) => a - b));
        for (const run of runs) expect(run.map(({ position }) => position - (run[0]?.position ?? 0))).toEqual([...run.keys()]);
      }),
    );
  });
});
