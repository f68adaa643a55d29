import { describe, expect, it } from 'vitest';
import { type Asked, FleetWalk, judged, seededRandom } from '#libs/testing/fleets';
import type { Decided } from '../decision.ts';
import { roomOf, type World } from '../stack/index.ts';
import { placementDue } from './placement-due.ts';

const WALKS = 60;
const STEPS = 40;

/** What is due before the newest deployment has its turn, and then what is decided for that. */
const decided = (walk: FleetWalk, { stack, deployment }: Asked): readonly Decided[] => {
  for (;;) {
    const events = placementDue(walk.world, stack, walk.plain.now).flatMap((decision) => decision.events);
    const isOfIt = events.some(({ data }) => 'deployment' in data && data.deployment === deployment);
    if (isOfIt || events.length === 0) return events;
    walk.take(events);
  }
};

const entriesOf = ({ held, ports, shelves, shut }: World['room']) => ({
  held: [...held],
  ports: [...ports].map(([port, hosts]) => [port, [...hosts]]),
  shelves: [...shelves].map(([key, shelf]) => [key, shelf.size, [...shelf]]),
  shut: shut.keys(),
});

describe('placementDue, beside brute force', () => {
  it('takes the one host that the letter of the rule allows, and refuses where none fits (I4, I5)', () => {
    let placements = 0;
    for (let seed = 1; seed <= WALKS; seed++) {
      const walk = new FleetWalk(seededRandom(seed));
      for (let step = 0; step < STEPS; step++) {
        const asked = walk.step();
        const events = decided(walk, asked);
        const all = [...judged(walk.plain, asked, events)];
        const isPlaced = all.every(({ exact }) => exact !== null);
        for (const { given, exact } of all) expect({ seed, step, host: given }).toEqual({ seed, step, host: isPlaced ? exact : null });
        placements += isPlaced ? all.length : 0;
        walk.take(events);
        walk.ends(asked, isPlaced);
      }
    }
    expect(placements).toBeGreaterThan(1000);
  });

  it('knows of room what a count of all containers says', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const walk = new FleetWalk(seededRandom(seed));
      for (let step = 0; step < STEPS; step++) {
        const asked = walk.step();
        const events = decided(walk, asked);
        walk.take(events);
        walk.ends(
          asked,
          events.some(({ type }) => type === 'ContainersPlaced'),
        );
        expect(entriesOf(walk.world.room)).toEqual(entriesOf(roomOf(walk.world)));
      }
    }
  });
});
