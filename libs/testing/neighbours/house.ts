import fc from 'fast-check';
import type { StackName } from '#libs/contracts';
import type { Decided, Decision } from '#libs/domain';
import { placementDue } from '#libs/domain/placement';
import { rolloutDue } from '#libs/domain/rollout';
import { doorsDue } from '#libs/domain/routing';
import { versionsOf, type World } from '#libs/domain/stack';
import { History, type ServiceWish } from '#libs/testing/history';
import { factsOwed, troublesPossible } from './facts.ts';
import { Play, requestOf } from './play.ts';

export const STACKS = ['shop', 'blog'] as StackName[];
const times = { deadlineMs: 60_000, drainTimeoutMs: 5000 };
const servicesOf = (port: number): Record<string, ServiceWish> => ({
  web: {
    replicas: 2,
    ports: [{ container: 80, doors: [{ port, protocol: 'http', names: [] }] }],
    dependsOn: [{ service: 'api' as never, condition: 'started' }],
  },
  api: { resources: { milliCpus: 700, memoryBytes: null } },
});

const services = [rolloutDue, placementDue, doorsDue];

/** What each service would append, as it may be appended now: on the versions that it was decided on. */
const decisions = (world: World, now: number): readonly Decision[] =>
  STACKS.flatMap((stack) => services.flatMap((due) => due(world, stack, now))).filter(({ events }) => events.length > 0);

const isFresh = (world: World, { expected }: Decision): boolean =>
  JSON.stringify(versionsOf(world, Object.keys(expected))) === JSON.stringify(expected);

const hostFacts = (world: World): readonly Decided[] =>
  STACKS.flatMap((stack) => factsOwed(world, stack)).filter(({ stream }) => stream.startsWith('host/'));

/** One thing that somebody does. */
export const draw = fc.record({ kind: fc.integer({ min: 0, max: 49 }), pick: fc.nat(), ms: fc.integer({ min: 1, max: 3000 }) });
type Draw = { readonly kind: number; readonly pick: number; readonly ms: number };

/** All services and two hosts. A service may decide now and append later, when the world has moved on: then its append is refused. */
export class House {
  readonly play = new Play(new History().joined('one').connected('one').joined('two').connected('two'), 'shop', rolloutDue);
  readonly #late: Decision[] = [];
  #asked = 0;

  turn({ kind, pick, ms }: Draw): void {
    const { world } = this.play.history;
    const one = <T>(of: readonly T[]): readonly T[] => (of.length === 0 ? [] : [of[pick % of.length] as T]);
    if (kind === 0 && this.#asked < 6) this.ask(pick);
    else if (kind === 1) this.play.tell(...one(STACKS.flatMap((stack) => troublesPossible(world, stack))));
    else if (kind < 5) this.play.wait(ms);
    else if (kind < 10) this.#late.push(...one(decisions(world, this.play.now)));
    else if (kind < 25) for (const decision of one(decisions(world, this.play.now))) this.append(decision);
    else if (kind < 28) for (const decision of this.#late.splice(0, 1)) this.append(decision);
    else this.play.tell(...one(hostFacts(world)));
  }

  ask(pick: number): void {
    const stack = STACKS[pick % 2] as string;
    this.play.tell(requestOf(stack, ++this.#asked, servicesOf(stack === 'shop' ? 8080 : 8081), times));
  }

  append(decision: Decision): void {
    if (isFresh(this.play.history.world, decision)) this.play.tell(...decision.events);
  }

  /** Nothing goes wrong any more. */
  settle(): void {
    for (let seconds = 0; seconds < 200; ) {
      const { world } = this.play.history;
      const [decision] = decisions(world, this.play.now);
      const [fact] = hostFacts(world);
      if (decision) this.append(decision);
      else if (fact) this.play.tell(fact);
      else this.play.wait(1000 * Math.sign(++seconds));
    }
  }
}

/** What became of it when nothing went wrong any more. */
export const lived = (draws: readonly Draw[]): House => {
  const house = new House();
  house.ask(0);
  for (const next of draws) house.turn(next);
  house.settle();
  return house;
};
