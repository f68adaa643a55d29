import { describe, expect, it } from 'vitest';
import type { DesiredContainer, StackName } from '#libs/contracts';
import { containerSpec } from '#libs/testing/container-spec';
import { goalsOf, type ObservedContainer } from './observed.ts';
import { type Findings, reportedContainers } from './report.ts';

const spec = containerSpec();
const run: DesiredContainer = { goal: 'run', spec };
const drain: DesiredContainer = { goal: 'drain', spec, disregard: [] };
const gone: DesiredContainer = { goal: 'gone', container: spec.container, stopGraceMs: 0 };
const running = {
  ...{ container: spec.container, stack: spec.stack, state: 'running', engineId: 'e1', run: 'r1', image: 'i1', address: '10.64.0.10' },
  ...{ exitCode: null, oom: false, check: null },
} as ObservedContainer;
const nothing: Findings = {
  probe: { by: 'port', isHealthy: false, message: '' },
  ...{ setback: undefined, output: null, isUnderWay: false, isDrained: false, fits: true },
};
const setback = { count: 1, run: null, message: 'image x: not here', at: 0, retryAt: 1 };

const report = (desired: DesiredContainer | null, observed: ObservedContainer | null, findings: Partial<Findings> = {}) =>
  reportedContainers({
    goals: goalsOf([{ stack: 'shop' as StackName, generation: { incarnation: 1, position: 1 }, containers: desired ? [desired] : [] }]),
    observed: observed ? [observed] : [],
    findingsOf: () => ({ ...nothing, ...findings }),
  })[0];

describe('reportedContainers', () => {
  it('calls one that is not there starting, one that can not be started exited, and one that left gone', () => {
    expect(report(run, null)).toMatchObject({ state: 'starting', run: null, message: '' });
    expect(report(run, null, { setback })).toMatchObject({ state: 'exited', run: null, message: 'image x: not here' });
    expect(report(gone, null)).toMatchObject({ state: 'gone' });
  });

  it('calls nothing gone that a step under way may yet bring about', () => {
    expect(report(gone, null, { isUnderWay: true })).toMatchObject({ state: 'starting' });
  });

  it('is healthy by the probe, and says why not yet', () => {
    const refused = { by: 'port', isHealthy: false, message: 'ECONNREFUSED' } as const;
    expect(report(run, running, { probe: refused })).toMatchObject({ health: 'unknown', healthBy: 'port', message: 'ECONNREFUSED' });
    expect(report(run, running, { probe: { ...refused, isHealthy: true } })).toMatchObject({ health: 'healthy', message: '' });
  });

  it('believes the health check before any probe', () => {
    const probe = { by: 'port', isHealthy: true, message: '' } as const;
    const ill = { ...running, check: { status: 'unhealthy', message: 'no database', exitCode: 1 } } as const;
    expect(report(run, ill, { probe, output: 'lines' })).toMatchObject({
      ...{ health: 'unhealthy', healthBy: 'healthcheck', message: 'no database', output: 'lines' },
    });
  });

  it('gives exit code and last lines of what exited, and no lines of what runs', () => {
    const exited = { ...running, state: 'exited', exitCode: 3 } as const;
    expect(report(run, exited, { output: 'lines' })).toMatchObject({ state: 'exited', exitCode: 3, output: 'lines', health: 'unknown' });
    expect(report(run, running, { output: 'lines' })?.output).toBeNull();
  });

  it('calls only a leaving container drained: when nobody uses it, or when it does not run', () => {
    expect(report(run, running, { isDrained: true })?.drained).toBe(false);
    expect(report(drain, running)?.drained).toBe(false);
    expect(report(drain, running, { isDrained: true })?.drained).toBe(true);
    expect(report(drain, { ...running, state: 'exited' })?.drained).toBe(true);
    expect(report(drain, null)).toMatchObject({ state: 'exited', drained: true });
  });

  it('does not call one of another spec healthy', () => {
    const probe = { by: 'port', isHealthy: true, message: '' } as const;
    expect(report(run, running, { probe, fits: false })).toMatchObject({ state: 'running', health: 'unhealthy' });
  });

  it('reports what no part names', () => {
    expect(report(null, running)).toMatchObject({ state: 'running', message: 'no desired state names this container' });
  });
});
