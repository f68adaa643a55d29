import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import type { Decision } from '../decision.ts';
import { versionsOf } from '../stack/index.ts';
import { placementDue } from './placement-due.ts';

const STACKS = ['blog', 'mail', 'shop', 'wiki'];
const CAPACITY = { milliCpus: 1000, memoryBytes: 100 };

const service = fc.record({
  replicas: fc.integer({ min: 1, max: 3 }),
  memoryBytes: fc.option(fc.integer({ min: 10, max: 80 }), { nil: null }),
  port: fc.option(fc.constantFrom(53, 80), { nil: null }),
});

const contest = fc.record({
  hosts: fc.integer({ min: 1, max: 4 }),
  /** One of each stack. */
  services: fc.tuple(service, service, service, service),
  /** Who decides next on what it knows, or appends what it decided. */
  turns: fc.array(fc.record({ who: fc.nat(3), stack: fc.nat(3), appends: fc.boolean() }), { minLength: 8, maxLength: 40 }),
});

const begun = (hosts: number, services: readonly { replicas: number; memoryBytes: number | null; port: number | null }[]): History => {
  const history = new History();
  for (let nth = 0; nth < hosts; nth++) history.joined(`h${nth}`, { capacity: CAPACITY });
  for (const [nth, { replicas, memoryBytes, port }] of services.entries()) {
    const ports = port === null ? [] : [{ container: port, doors: [], mapped: [{ port, protocol: 'tcp' as const }] }];
    history.deploying(STACKS[nth] as string, 1, { web: { replicas, ports, resources: { milliCpus: null, memoryBytes } } });
  }
  return history;
};

/** As a log does it: what was decided on other versions is refused. */
const append = (history: History, { events, expected }: Decision): void => {
  if (JSON.stringify(versionsOf(history.world, Object.keys(expected))) === JSON.stringify(expected)) history.decided(events);
};

describe('four schedulers whose turns are all theirs', () => {
  it('promise no port and no memory twice, in whatever order they append (I4)', () => {
    let refused = 0;
    fc.assert(
      fc.property(contest, ({ hosts, services, turns }) => {
        const history = begun(hosts, services);
        const pending: Decision[][] = [[], [], [], []];
        for (const { who, stack, appends } of turns) {
          const before = history.events.length;
          const decision = appends ? pending[who]?.shift() : undefined;
          if (decision) append(history, decision);
          else pending[who]?.push(...placementDue(history.world, STACKS[stack] as StackName, 0));
          if (decision && decision.events.length > 0 && history.events.length === before) refused++;
        }
        expect(checkInvariants(history.events)).toEqual([]);
        for (const [host, held] of history.world.room.held)
          expect({ host, fits: held.memoryBytes <= CAPACITY.memoryBytes }).toEqual({ host, fits: true });
        for (const [port, holders] of history.world.room.ports)
          for (const [host, { all }] of holders) expect({ port, host, all }).toEqual({ port, host, all: 1 });
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
