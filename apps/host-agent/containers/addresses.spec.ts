import { describe, expect, it } from 'vitest';
import type { ContainerId, DoorsPart, HostId, NamesPart } from '#libs/contracts';
import { goalsOf, type ObservedContainer } from '#libs/domain/host';
import { containerSpec } from '#libs/testing/container-spec';
import { addressesInUse, callersOf } from './addresses.ts';

const host = 'one' as HostId;
const spec = containerSpec();
const generation = { incarnation: 1, position: 1 };
const endpoint = (address: string) => ({ container: spec.container, host, address, port: 80 });

describe('callersOf', () => {
  it('names who is about to run and who runs though no state names it', () => {
    const orphan = { container: 'orphan' as ContainerId, stack: 'old', service: 'api', version: 7 } as unknown as ObservedContainer;
    const addresses = new Map<ContainerId, string>([
      [spec.container, '10.64.0.10'],
      [orphan.container, '10.64.0.11'],
    ]);
    const callers = callersOf({
      goals: goalsOf([{ stack: spec.stack, generation, containers: [{ goal: 'run', spec }] }]),
      ...{ observed: [orphan], host, leases: { addressOf: (container) => addresses.get(container) } },
    });
    expect(callers).toEqual({
      '10.64.0.10': { stack: 'shop', service: 'web', container: spec.container, version: 1, host },
      '10.64.0.11': { stack: 'old', service: 'api', container: 'orphan', version: 7, host },
    });
  });
});

describe('addressesInUse', () => {
  it('finds those of names, of what serves, and of drafts', () => {
    const names = { stack: spec.stack, versions: { 1: { web: [endpoint('10.64.0.10')] } } } as unknown as NamesPart;
    const doors = {
      live: { generation, servers: [], endpoints: { a: [endpoint('10.64.0.11')] } },
      drafts: [{ draft: 'd', servers: [], endpoints: { a: [endpoint('10.64.0.12')] } }],
    } as unknown as DoorsPart;
    expect([...addressesInUse({ names: [names], doors: [doors] })]).toEqual(['10.64.0.10', '10.64.0.11', '10.64.0.12']);
  });
});
