import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceName } from '#libs/contracts';
import { manifestOf, type ServiceWish } from '#libs/testing/history';
import { retirementWaves } from './index.ts';

const on = (...services: string[]): ServiceWish => ({
  dependsOn: services.map((service) => ({ service: service as ServiceName, condition: 'started' })),
});
const routed: ServiceWish = { ports: [{ container: 80, doors: [{ port: 80, protocol: 'http', names: [] }] }] };
const waves = (services: Record<string, ServiceWish>) => retirementWaves(manifestOf('shop', services));

describe('services leave', () => {
  it('with those that have doors first', () => {
    expect(waves({ api: {}, web: routed })).toEqual([['web'], ['api']]);
  });

  it('along their dependencies: who calls before who is called', () => {
    expect(waves({ db: {}, api: on('db'), web: { ...routed, ...on('api') } })).toEqual([['web'], ['api'], ['db']]);
  });

  it('together where they call each other in a circle', () => {
    expect(waves({ a: on('b'), b: on('a', 'c'), c: {}, web: { ...routed, ...on('a') } })).toEqual([['web'], ['a', 'b'], ['c']]);
  });

  it('together where nothing is declared', () => {
    expect(waves({ a: {}, b: {}, web: routed })).toEqual([['web'], ['a', 'b']]);
  });

  it('before a service with doors that they declare to call', () => {
    expect(waves({ worker: on('web'), web: routed, api: {} })).toEqual([['worker'], ['web'], ['api']]);
  });

  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const services = fc
    .array(fc.record({ isRouted: fc.boolean(), calls: fc.subarray(names) }), { minLength: 6, maxLength: 6 })
    .map((wishes) =>
      Object.fromEntries(
        wishes.map(({ isRouted, calls }, index) => [names[index] as string, { ...(isRouted ? routed : {}), ...on(...calls) }]),
      ),
    );

  it('each exactly once, whoever depends on whom', () => {
    fc.assert(
      fc.property(services, (wishes) => {
        expect(waves(wishes).flat().sort()).toEqual(names);
      }),
    );
  });

  it('never before a service that declares to call them, but for a circle', () => {
    fc.assert(
      fc.property(services, (wishes) => {
        const order = waves(wishes);
        const waveOf = (name: string): number => order.findIndex((wave) => wave.includes(name));
        for (const [caller, { dependsOn }] of Object.entries(wishes))
          for (const { service } of dependsOn ?? []) expect(waveOf(caller)).toBeLessThanOrEqual(waveOf(service));
      }),
    );
  });
});
