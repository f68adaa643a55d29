import { expect, it } from 'vitest';
import type { EventType } from './events/catalog.ts';
import { mentionsOf } from './mentions.ts';

const of = (type: EventType, data: unknown) => mentionsOf({ type, data: data as never });

it('finds a container in whatever list an event carries it', () => {
  const endpoint = { container: 'c1', host: 'h1', address: '10.0.0.1', port: 80 };
  const lists = [
    of('ContainersPlaced', { placements: [{ container: 'c1', slot: 1, host: 'h1', reason: 'c9' }] }),
    of('DoorsDrawn', { servers: [{ key: 'k', names: ['c9'] }], endpoints: { k: [endpoint], l: [] } }),
    of('RetirementWaveStarted', { containers: ['c1'], disregard: ['c1'] }),
    of('ContainersRetired', { containers: ['c1'] }),
    of('PlacementDelayed', { for: ['c1'], service: 'c9' }),
    of('DeployFailed', { cause: { container: 'c1', message: 'c9' } }),
    of('ContainerStopped', { stack: 's', host: 'h1', container: 'c1' }),
  ];
  expect(lists.map(({ containers }) => containers)).toEqual(Array(lists.length).fill(['c1']));
});

it('finds hosts, and takes no stack or service of the same name for one', () => {
  expect(of('SwitchCompleted', { stack: 'main', proxies: ['h1', 'h2', 'h1'] }).hosts).toEqual(['h1', 'h2']);
  expect(of('PlacementFailed', { stack: 'main', service: 'main', excluded: [{ host: 'h1', reason: 'x' }] }).hosts).toEqual(['h1']);
  expect(of('HostJoined', { host: 'h1', tags: ['main'] }).hosts).toEqual(['h1']);
});

it('finds nothing where none is named', () => {
  expect(of('VersionRetired', { stack: 'shop', version: 1 })).toEqual({ hosts: [], containers: [] });
  expect(of('DeployFailed', { cause: { container: null } }).containers).toEqual([]);
});
