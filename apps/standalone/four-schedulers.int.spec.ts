import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import type { ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { requestOf } from '#libs/testing/neighbours';
import { House } from './testing/house.ts';

const GIB = 2 ** 30;
/** Of each kind so many stacks ask at once. */
const STACKS = 6;
/** Those of a kind want one port. */
const KINDS = ['early', 'late'];
const HOSTS = ['one', 'two'];
/** A host has 8 GiB. */
const memory: ServiceWish = { resources: { milliCpus: null, memoryBytes: 3 * GIB } };
const MEMORY_FITS = 4;
const PORT_FITS = 2;
const FIT = KINDS.length * PORT_FITS + MEMORY_FITS;
const ASKED = (KINDS.length + 1) * STACKS;

/** `a-early`, `b-early`, …: by their first letters their deployments are told apart. */
const namesOf = (kind: string): readonly string[] => Array.from({ length: STACKS }, (_, nth) => `${String.fromCharCode(97 + nth)}-${kind}`);
const mapping = (port: number): ServiceWish => ({ ports: [{ container: 53, doors: [], mapped: [{ port, protocol: 'udp' }] }] });

/** Over a real RabbitMQ and PostgreSQL; every one of them decides whatever is due, at the moment at which the others do. */
describe('four schedulers that all take themselves for the active one', () => {
  const house = new House();
  let events: readonly BerthEvent[] = [];
  const countOf = (type: BerthEvent['type']): number => events.filter((event) => event.type === type).length;

  beforeAll(async () => {
    await house.open();
    await house.startAllButScheduler();
    for (let nth = 0; nth < 4; nth++) await house.startEagerScheduler();
    for (const host of HOSTS) await house.startAgent(host);
    const wishes = [
      ...KINDS.map((kind, nth) => namesOf(kind).map((stack) => requestOf(stack, 1, { web: mapping(5300 + nth) }))),
      namesOf('room').map((stack) => requestOf(stack, 1, { web: memory })),
    ];
    for (const wish of wishes) await Promise.all(wish.map((each) => house.ask(each)));
    await house.happened('VersionPromoted', FIT);
    await house.happened('DeployFailed', ASKED - FIT);
    events = await house.log.read({ limit: 1000 });
  }, 120_000);
  afterAll(() => house.close());

  it('promise no port and no memory twice: as many are placed as fit, and the others refused', () => {
    expect(countOf('ContainersPlaced')).toBe(FIT);
    expect(countOf('PlacementFailed')).toBe(ASKED - FIT);
    expect(checkInvariants(events)).toEqual([]);
  });

  it('write everything once', () => {
    for (const type of ['ContainerStarted', 'ContainerHealthy', 'VersionPromoted'] as const) expect(countOf(type), type).toBe(FIT);
  });

  it('did decide at once: most decisions stood on what another one had changed', () => {
    expect(house.racesLost).toBeGreaterThan(STACKS);
    expect(house.problems).toEqual([]);
  });
});
