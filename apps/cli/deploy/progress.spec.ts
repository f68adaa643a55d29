import { describe, expect, it } from 'vitest';
import type { WireEvent } from '../api/wire-event.ts';
import { begunEvents, CONTAINER, DEPLOYMENT, failedEvents, promotedEvents, wireEvent } from '../testing/wire.ts';
import { awaitedBy, beginProgress, takeStep } from './progress.ts';

const begun = beginProgress(DEPLOYMENT, ['web'], 0);

const fold = (events: readonly WireEvent[]) => {
  let progress = begun;
  const said: string[] = [];
  for (const event of events) {
    const step = takeStep(progress, event);
    progress = step.progress;
    said.push(...step.lines.map(([name, text]) => `${name} ${text}`));
  }
  return { progress, said };
};

describe('a deployment', () => {
  it('is told step by step', () => {
    expect(fold(promotedEvents()).said).toEqual([
      `requested deployment ${DEPLOYMENT} of shop`,
      'version 2',
      'begun version 2, replaces version 1',
      `placed ${CONTAINER}  on main: the only host`,
      `started ${CONTAINER}  at 10.64.0.5`,
      `healthy ${CONTAINER}  by healthcheck`,
      'drawn shop:80:_',
      'prepared main',
      'promoted version 2',
      'switched 1 proxy serves version 2, skew 0 ms',
    ]);
  });

  it('ends when the switch is complete, not at the promotion', () => {
    expect(fold(promotedEvents().slice(0, -1)).progress.outcome).toBeNull();
    expect(fold(promotedEvents()).progress.outcome?.kind).toBe('promoted');
  });

  it('without doors ends at its promotion', () => {
    expect(fold([...begunEvents(), wireEvent(6, 'VersionPromoted', { draft: null })]).progress.outcome?.kind).toBe('promoted');
  });

  it('that failed ends with its cause', () => {
    expect(fold(failedEvents({ exitCode: 7 })).progress.outcome).toMatchObject({ kind: 'failed', step: 'start', cause: { exitCode: 7 } });
  });

  it('is not moved by events of others', () => {
    const { progress } = fold(begunEvents());
    const other = { deployment: 'zzzzzzzzzzzzzzzz', container: 'shop-web-1-zzzzzzzz-1', draft: null } as never;
    const others = [
      wireEvent(6, 'VersionPromoted', other),
      wireEvent(7, 'ContainerHealthy', other),
      wireEvent(8, 'SwitchCompleted', other),
    ];
    for (const event of others) expect(takeStep(progress, event)).toEqual({ progress, lines: [] });
  });

  it('passes over types that this program does not know', () => {
    expect(takeStep(begun, { ...wireEvent(1, 'HostJoined', {}), type: 'NeverHeardOf' } as never).lines).toEqual([]);
  });
});

describe('what is awaited', () => {
  it.each([
    [1, 'the deployment to begin'],
    [3, 'a place for web'],
    [4, `the start of ${CONTAINER}`],
    [5, `the health of ${CONTAINER}`],
    [6, 'the doors to be drawn'],
    [7, 'the proxies to prepare the doors'],
    [9, 'the proxies to switch'],
  ])('after event %d is %s', (count, awaited) => {
    expect(awaitedBy(fold(promotedEvents().slice(0, count)).progress)).toBe(awaited);
  });

  it('by a queued deployment is the end of the one before', () => {
    const { progress, said } = fold([wireEvent(1, 'DeploymentQueued', { after: 'bbbbbbbbbbbbbbbb' as never })]);
    expect([awaitedBy(progress), ...said]).toEqual([
      'the end of deployment bbbbbbbbbbbbbbbb',
      'queued waits for deployment bbbbbbbbbbbbbbbb',
    ]);
  });
});
