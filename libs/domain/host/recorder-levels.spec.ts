import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerId, HostId, HostReport, ReportedContainer, StackName } from '#libs/contracts';
import { levelAfter } from './recorder-levels.ts';
import { emptyBook, tell } from './report-book.ts';

const container = (id: string, state: ReportedContainer['state'] = 'running'): ReportedContainer => ({
  ...{ container: id as ContainerId, stack: 'shop' as StackName, state, run: 'r1', engineId: 'e', image: 'i', address: null },
  ...{ health: 'unknown', healthBy: 'port', exitCode: null, oom: false, message: '', output: null, drained: false },
});
const report = (seq: number, full: boolean, containers: readonly ReportedContainer[], position = 7): HostReport => ({
  ...{ type: 'HostReport', host: 'a' as HostId, session: { incarnation: 1, position }, seq, full, containers, parts: [] },
});
const states = (level: HostReport | null) => level?.containers.map(({ container, state }) => `${container} ${state}`);

describe('levelAfter', () => {
  it('lays a delta over what is known', () => {
    const known = report(1, true, [container('x'), container('y')]);
    expect(states(levelAfter(known, report(2, false, [container('y', 'exited')])))).toEqual(['x running', 'y exited']);
  });

  it('keeps the images until others are told', () => {
    const images = { local: ['x'], others: [] };
    const known = levelAfter({ ...report(1, true, []), images }, report(2, false, [container('x')]));
    expect(known?.images).toBe(images);
    expect(levelAfter(known ?? undefined, { ...report(3, false, []), images: { local: [], others: [] } })?.images?.local).toEqual([]);
  });

  it('forgets with a full report what it does not name', () => {
    expect(states(levelAfter(report(1, true, [container('x')]), report(2, true, [])))).toEqual([]);
  });

  it('ignores a delta that came late', () => {
    const known = report(3, true, [container('x')]);
    expect(levelAfter(known, report(2, false, [container('x', 'gone')]))).toBe(known);
  });

  it('ignores a full report of the session that came late', () => {
    const known = report(3, true, [container('x')]);
    expect(levelAfter(known, report(2, true, []))).toBe(known);
    expect(states(levelAfter(known, report(1, true, [], 9)))).toEqual([]);
  });

  it('can make nothing of a delta on another session or on nothing', () => {
    expect(levelAfter(undefined, report(2, false, []))).toBeNull();
    expect(levelAfter(report(1, true, [], 3), report(2, false, []))).toBeNull();
  });
  it('can make nothing of a delta that builds on a report which never came', () => {
    const known = report(3, true, [container('x')]);
    expect(levelAfter(known, { ...report(5, false, []), since: 4 })).toBeNull();
    expect(states(levelAfter(known, { ...report(5, false, [container('y')]), since: 3 }))).toEqual(['x running', 'y running']);
  });

  it('is the level of the host as soon as two reports came one after the other, whatever was lost and however often', () => {
    const said = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('running' as const, 'exited' as const));
    fc.assert(
      fc.property(fc.array(fc.tuple(said, fc.boolean()), { minLength: 1 }), said, (history, last) => {
        let book = emptyBook;
        let known: HostReport | undefined;
        for (const [level, arrives] of [...history, [last, true], [last, true]] as const) {
          const containers = Object.entries(level).map(([id, state]) => container(id, state));
          const next = tell(book, { containers, parts: [] }, 'notices gaps');
          book = next.book;
          const after = arrives ? levelAfter(known, { ...report(0, false, []), ...next.telling }) : known;
          // It asks for a hello, and the session begins anew.
          if (after === null) book = { ...emptyBook, seq: book.seq };
          known = after ?? known;
        }
        expect(states(known ?? null)?.toSorted()).toEqual(
          Object.entries(last)
            .map(([id, state]) => `${id} ${state}`)
            .toSorted(),
        );
      }),
    );
  });
});
