import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostId, HostReport, ReportedContainer, ReportedPart, StackName } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { record } from './recorder.ts';

const shop = 'shop' as StackName;
const a = 'a' as HostId;
const ids = [1, 2].flatMap((version) => [1, 2].map((slot) => containerOf('shop', version, 'web', slot)));

const container: fc.Arbitrary<ReportedContainer> = fc.record({
  container: fc.constantFrom(...ids),
  stack: fc.constant(shop),
  state: fc.constantFrom('starting', 'running', 'exited', 'gone'),
  run: fc.constantFrom(null, 'r1', 'r2'),
  engineId: fc.constantFrom(null, 'e1'),
  image: fc.constantFrom('i1'),
  address: fc.constantFrom(null, '10.64.0.2', '10.64.0.3'),
  health: fc.constantFrom('unknown', 'healthy', 'unhealthy'),
  healthBy: fc.constantFrom('healthcheck', 'port', 'running'),
  exitCode: fc.constantFrom(null, 0, 1),
  oom: fc.boolean(),
  message: fc.constantFrom('', 'no such image'),
  output: fc.constantFrom(null, 'bye'),
  drained: fc.boolean(),
});
const generation = fc.record({ incarnation: fc.constant(1), position: fc.integer({ min: 0, max: 30 }) });
const part: fc.Arbitrary<ReportedPart> = fc.record({
  stack: fc.constant(shop),
  drafts: fc.constant([]),
  doors: fc.option(fc.record({ generation, since: fc.nat(9) }), { nil: null }),
  names: fc.option(generation, { nil: null }),
  busy: fc.subarray(ids),
});
const level = fc.record({
  containers: fc.uniqueArray(container, { selector: (said) => said.container, maxLength: 4 }),
  parts: fc.array(part, { maxLength: 1 }),
});
/** How far the two versions came before the reports. */
const stage = fc.constantFrom('placed', 'leaving', 'retired', 'failed');

const historyAt = (reached: 'placed' | 'leaving' | 'retired' | 'failed'): History => {
  const history = new History().joined('a').connected('a').joined('b');
  history
    .deploying('shop', 1, { web: { replicas: 2 } })
    .placed('shop', 1, 'web', ['a', 'b'])
    .promoted('shop', 1);
  history.deploying('shop', 2, { web: { replicas: 2 } }).placed('shop', 2, 'web', ['a', 'b']);
  if (reached === 'failed') return history.failed('shop', 2);
  if (reached === 'placed') return history;
  history.promoted('shop', 2).leaving('shop', 1, ids.slice(0, 2));
  return reached === 'leaving' ? history : history.retired('shop', ids.slice(0, 2));
};

const reportOf = (history: History, seq: number, said: Pick<HostReport, 'containers' | 'parts'>): HostReport => {
  const session = history.world.hosts.get(a)?.session?.generation ?? { incarnation: 1, position: 0 };
  return { type: 'HostReport', host: a, session, seq, full: true, ...said };
};

describe('record, of any report', () => {
  it('says nothing of a level that was recorded and folded', () => {
    fc.assert(
      fc.property(stage, fc.array(level, { minLength: 1, maxLength: 4 }), (reached, levels) => {
        const history = historyAt(reached);
        for (const [index, said] of levels.entries()) {
          const report = reportOf(history, index + 1, said);
          history.decided(record(report, history.world).map(({ event }) => event));
          expect(record(report, history.world)).toEqual([]);
        }
      }),
    );
  });

  it('takes facts only about containers that were placed on the host (I12), into its own stream', () => {
    fc.assert(
      fc.property(stage, level, (reached, said) => {
        const history = historyAt(reached);
        for (const { event } of record(reportOf(history, 1, said), history.world)) {
          expect(event.stream).toBe('host/a');
          if ('container' in event.data && event.data.container)
            expect(history.stack('shop').containers.get(event.data.container)?.host).toBe(a);
        }
      }),
    );
  });

  it('tells only of a leaving container that it is drained, and never while the host still uses it', () => {
    fc.assert(
      fc.property(stage, level, (reached, said) => {
        const history = historyAt(reached);
        for (const { event } of record(reportOf(history, 1, said), history.world)) {
          if (event.type !== 'ContainersDrained') continue;
          for (const id of event.data.containers) {
            const known = history.stack('shop').containers.get(id);
            const seen = said.containers.find(({ container }) => container === id);
            expect(known?.leaving).not.toBeNull();
            expect(said.parts.some(({ busy }) => busy.includes(id))).toBe(false);
            if (known?.host === a) expect(seen?.drained || seen?.state === 'gone').toBe(true);
          }
        }
      }),
    );
  });
});
