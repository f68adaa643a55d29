import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BerthEvent, ContainerId, HostId, StackName } from '#libs/contracts';
import { containersOf } from '#libs/domain/stack';
import { History } from '#libs/testing/history';
import { placementDue } from '../placement/index.ts';
import { hostsDue } from './index.ts';

const shop = 'shop' as StackName;
const [steady, flapping] = ['a', 'b'] as [HostId, HostId];
const CYCLES = 100;

/** Two hosts with two containers of a promoted version each; the second one goes away and comes back again and again. */
class Pair {
  readonly history = new History()
    .joined(steady)
    .connected(steady)
    .joined(flapping)
    .connected(flapping)
    .deploying('shop', 1, { web: { replicas: 4 } })
    .placed('shop', 1, 'web', [steady, flapping, steady, flapping]);
  #now = 0;
  #runs = 0;

  constructor() {
    for (const { container } of this.#containers()) this.history.started('shop', container).healthy('shop', container);
    this.history.promoted('shop', 1);
  }

  get events(): readonly BerthEvent[] {
    return this.history.events;
  }

  goesAway(seconds: number): void {
    for (let second = 1; second <= seconds; second++) this.#second({ silentMs: second * 1000, isTold: false });
  }

  comesBack(seconds: number): void {
    if (this.history.world.hosts.get(flapping)?.life === 'lost') this.history.connected(flapping, `run-${++this.#runs}`);
    for (let second = 1; second <= seconds; second++) this.#second({ silentMs: 0, isTold: true });
  }

  #second({ silentMs, isTold }: { readonly silentMs: number; readonly isTold: boolean }): void {
    this.#now += 1000;
    this.history.at(this.#now);
    const session = isTold ? this.history.world.hosts.get(flapping)?.session : null;
    const heard = {
      silentMs: new Map([
        [steady, 0],
        [flapping, silentMs],
      ]),
      spoke: new Set(isTold ? [flapping] : []),
      told: new Map(session ? [[flapping, session.generation]] : []),
    };
    this.#decide(() => hostsDue(this.history.world, heard, this.#now)?.events ?? []);
    this.#decide(() => placementDue(this.history.world, shop, this.#now).find(({ events }) => events.length > 0)?.events ?? []);
    this.#settle();
  }

  #decide(due: () => Parameters<History['decided']>[0]): void {
    for (let events = due(); events.length > 0; events = due()) this.history.decided(events);
  }

  /** The rest of the platform: what was placed becomes healthy where its host is there, what was withdrawn goes. */
  #settle(): void {
    for (const { container, host, status, withdrawn, lostAt } of this.#containers()) {
      const isThere = host === steady || this.history.world.hosts.get(flapping)?.life === 'live';
      if (withdrawn && isThere) this.#gone(container);
      else if (status === 'placed' && lostAt === null && isThere) this.history.started('shop', container).healthy('shop', container);
    }
  }

  #gone(container: ContainerId): void {
    this.history.retired('shop', [container]).stopped('shop', container);
    this.#decide(() => placementDue(this.history.world, shop, this.#now).find(({ events }) => events.length > 0)?.events ?? []);
  }

  #containers() {
    return containersOf(this.history.stack('shop'));
  }
}

it(`a host that comes and goes ${CYCLES} times within its patience moves each container at most once`, () => {
  const cycle = fc.record({ away: fc.integer({ min: 1, max: 119 }), back: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(fc.array(cycle, { minLength: CYCLES, maxLength: CYCLES }), (cycles) => {
      const pair = new Pair();
      for (const { away, back } of cycles) {
        pair.goesAway(away);
        pair.comesBack(back);
      }
      const moved = pair.events.flatMap((event) =>
        event.type === 'ContainersPlaced' ? event.data.placements.flatMap(({ replaces }) => replaces ?? []) : [],
      );
      expect(moved.length).toBeGreaterThan(0);
      expect(moved).toEqual([...new Set(moved)]);
      expect(pair.events.filter(({ type }) => type === 'HostLost').length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 5, seed: 7 },
  );
});
