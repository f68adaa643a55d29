import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BerthEvent, StackName } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { containersOf, evolveWorld, isInService, type StackState, stackOf, type World } from '#libs/domain/stack';
import { History, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { factsOwed, Play, requestOf, troublesPossible } from '#libs/testing/neighbours';
import { rolloutDue } from './index.ts';

const SHOP = 'shop' as StackName;
const door = { port: 8080, protocol: 'http' as const, names: [] };
const shop: Record<string, ServiceWish> = {
  web: { replicas: 2, ports: [{ container: 80, doors: [door] }], dependsOn: [{ service: 'api' as never, condition: 'healthy' }] },
  api: { replicas: 1 },
};

const times = { deadlineMs: 60_000, drainTimeoutMs: 5000 };

/** What one draw of chance lets happen: any fact that may come next, a trouble, a request, or time. */
const luck = fc.record({ kind: fc.integer({ min: 0, max: 19 }), pick: fc.nat(), ms: fc.integer({ min: 1, max: 4000 }) });

interface Draw {
  readonly kind: number;
  readonly pick: number;
  readonly ms: number;
}

const turn = (play: Play, { kind, pick, ms }: Draw): void => {
  const { world, events } = play.history;
  const asked = events.filter(({ type }) => type === 'DeployRequested').length;
  const from = (facts: readonly Decided[]): readonly Decided[] => (facts.length === 0 ? [] : [facts[pick % facts.length] as Decided]);
  if (kind === 0 && pick % 3 === 0 && asked < 6) play.tell(requestOf('shop', asked + 1, shop, times));
  else if (kind === 1 && pick % 4 === 0) play.tell(...from(troublesPossible(world, SHOP)));
  else if (kind > 0 && kind < 4) play.wait(ms);
  else if (kind < 8) decideOnce(play);
  else play.tell(...from(factsOwed(world, SHOP)));
};

const decideOnce = (play: Play): void => {
  play.tell(...rolloutDue(play.history.world, SHOP, play.now).flatMap(({ events }) => events));
};

const runs = fc.array(luck, { minLength: 200, maxLength: 600, size: 'max' });

const played = (draws: readonly Draw[]): Play => {
  const hosts = new History().joined('one').connected('one').joined('two', { proxy: false }).connected('two');
  const play = new Play(hosts, 'shop', rolloutDue).tell(requestOf('shop', 1, shop, times));
  for (const draw of draws) turn(play, draw);
  return play;
};

/** Calls with the state before each event. */
const walk = (events: readonly BerthEvent[], look: (event: BerthEvent, before: StackState, world: World) => void): void => {
  let world = new History().world;
  for (const event of events) {
    look(event, stackOf(world, SHOP), world);
    world = evolveWorld(world, event);
  }
};

describe('rollout, whatever comes in between', () => {
  it('never promotes a version of which a container is not healthy', () => {
    fc.assert(
      fc.property(runs, (draws) =>
        walk(played(draws).history.events, (event, before) => {
          if (event.type !== 'VersionPromoted') return;
          const containers = containersOf(before).filter(({ version }) => version === event.data.version);
          expect(containers.length).toBe(3);
          expect(containers.every(isInService)).toBe(true);
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('never runs two deployments at once', () => {
    fc.assert(
      fc.property(runs, (draws) =>
        walk(played(draws).history.events, (event, before) => {
          if (event.type === 'DeploymentStarted') expect(before.running).toBe(null);
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('never stops a container that live doors name, nor one of the promoted version', () => {
    fc.assert(
      fc.property(runs, (draws) =>
        walk(played(draws).history.events, (event, before) => {
          if (event.type !== 'ContainersRetired') return;
          const named = Object.values(before.doors?.endpoints ?? {}).flatMap((list) => list.map(({ container }) => container));
          for (const id of event.data.containers) {
            expect(named).not.toContain(id);
            expect(before.containers.get(id)?.version).not.toBe(before.promoted);
          }
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('leaves doors, promoted version and running containers as they were when a deployment fails', () => {
    fc.assert(
      fc.property(runs, (draws) =>
        walk(played(draws).history.events, (event, before, world) => {
          if (event.type !== 'DeployFailed') return;
          const after = stackOf(evolveWorld(world, event), SHOP);
          const others = (state: StackState) => containersOf(state).filter(({ deployment }) => deployment !== event.data.deployment);
          expect([after.doors, after.promoted, others(after)]).toEqual([before.doors, before.promoted, others(before)]);
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('comes to rest: no decision is said again after it was folded', () => {
    fc.assert(
      fc.property(runs, (draws) => {
        const play = played(draws);
        const said = new Set<string>();
        for (;;) {
          const events = rolloutDue(play.history.world, SHOP, play.now).flatMap((decision) => decision.events);
          if (events.length === 0) return;
          const text = JSON.stringify(events);
          expect(said).not.toContain(text);
          said.add(text);
          play.tell(...events);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('ends every deployment and every version when nothing else goes wrong', () => {
    fc.assert(
      fc.property(runs, (draws) => {
        const play = played(draws);
        const state = play.until().history.stack('shop');
        expect(state.running).toBe(null);
        expect([state.requests, state.queue]).toEqual([[], []]);
        const statuses = Object.values(state.versions).map(({ status }) => status);
        expect(statuses.filter((status) => status !== 'retired' && status !== 'failed' && status !== 'promoted')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('breaks no invariant', () => {
    fc.assert(
      fc.property(runs, (draws) => {
        expect(checkInvariants(played(draws).until().history.events)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
