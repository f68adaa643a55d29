import { type DoorsPart, type Instant, type StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { containersPart, levelAfter, plan, record, takeNews } from '#libs/domain/host';
import { namesPart } from '#libs/domain/naming';
import { placementDue } from '#libs/domain/placement';
import { rolloutDue } from '#libs/domain/rollout';
import { doorsDue, doorsPart } from '#libs/domain/routing';
import type { World } from '#libs/domain/stack';
import { targetOf } from '../../../apps/host-agent/nginx/target.ts';

type Due = (world: World, stack: StackName, now: Instant) => readonly Decision[];

/** Every decision of the product that a switch takes. A planted bug puts a wrong one in the place of one of them. */
export interface Decisions {
  readonly deployer: Due;
  readonly scheduler: Due;
  readonly 'proxy-configurator': Due;
  readonly levelAfter: typeof levelAfter;
  readonly record: typeof record;
  readonly containersPart: typeof containersPart;
  readonly namesPart: typeof namesPart;
  readonly doorsPart: typeof doorsPart;
  readonly takeNews: typeof takeNews;
  readonly plan: typeof plan;
  /** What a proxy serves after it was told. */
  readonly serve: (served: DoorsPart['live'], told: DoorsPart) => DoorsPart['live'];
  /** Whether the log takes what was decided at these versions. */
  readonly accepts: (world: World, expected: Decision['expected']) => boolean;
}

export const theProducts: Decisions = {
  deployer: rolloutDue,
  scheduler: placementDue,
  'proxy-configurator': doorsDue,
  ...{ levelAfter, record, containersPart, namesPart, doorsPart, takeNews, plan },
  serve: (served, told) => targetOf([told], new Map(served ? [[told.stack, served]] : [])).get(told.stack) ?? null,
  accepts: (world, expected) => Object.entries(expected).every(([stream, version]) => (world.versions.get(stream) ?? 0) === version),
};
