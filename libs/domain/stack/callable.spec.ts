import { describe, expect, it } from 'vitest';
import type { EventData } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { type ContainerState, callable } from './state.ts';

const [first, second] = [1, 2].map((slot) => {
  const container = containerOf('shop', 1, 'web', slot);
  const history = new History()
    .joined('main')
    .deploying('shop', 1, { web: { replicas: 2 } })
    .placed('shop', 1, 'web', ['main', 'main']);
  return history.started('shop', container).healthy('shop', container).stack('shop').containers.get(container) as ContainerState;
}) as [ContainerState, ContainerState];

const failed = (container: ContainerState, reason: EventData<'ContainerFailed'>['reason']): ContainerState => ({
  ...container,
  status: 'failed',
  failure: {
    ...{ stack: 'shop', host: 'main', run: 'r', exitCode: 1, oom: false, message: '', output: null },
    container: container.container,
    reason,
  } as never,
});

describe('callable', () => {
  it('is who is in service', () => {
    expect(callable([first, second])).toEqual([first, second]);
  });

  it('leaves out an unhealthy one beside a healthy one', () => {
    expect(callable([failed(first, 'unhealthy'), second])).toEqual([second]);
  });

  it('is everyone who runs when the checks of all of them fail', () => {
    const unwell = [failed(first, 'unhealthy'), failed(second, 'unhealthy')];
    expect(callable(unwell)).toEqual(unwell);
  });

  it('is one that was lost with its host only while no other is in service', () => {
    const lost: ContainerState = { ...first, lostAt: 1 };
    expect(callable([lost, second])).toEqual([second]);
    expect(callable([lost, failed(second, 'exited')])).toEqual([lost]);
  });

  it('is never one that exited or is told to stop', () => {
    const retired: ContainerState = { ...failed(second, 'unhealthy'), retired: { reason: 'replaced', at: 1 } };
    expect(callable([failed(first, 'exited'), retired])).toEqual([]);
  });
});
