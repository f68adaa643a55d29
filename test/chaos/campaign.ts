import type { EventType } from '#libs/contracts';
import { Chance } from '../simulation/world/chance.ts';
import { type Harm, harmNamed, harms } from './harms.ts';
import type { Platform } from './platform.ts';
import { type Point, pointText, stepsOf } from './points.ts';
import { type Outcome, play, type Round, wishes } from './round.ts';

/** A deployment that nobody harms, and one more: its steps are those that can be struck at. Throws when even that does not hold. */
export const goodRun = async (platform: Platform): Promise<readonly EventType[]> => {
  const calm: Harm = { name: 'nothing', spares: false, befall: async () => undefined };
  for (const step of ['DeployRequested', 'DeployRequested'] as const) {
    const { faults } = await play(platform, { seed: 'good', harm: calm, step, wish: 'good' });
    if (faults.length > 0) throw new Error(`deploy without harm: ${faults.join('; ')}`);
  }
  return stepsOf(await platform.log());
};

/** The same for the same seed and number. */
export const roundOf = (seed: string, number: number, steps: readonly EventType[]): Round => {
  const chance = new Chance(number, seed);
  const wish = chance.happens(0.5) ? 'good' : chance.pick(wishes);
  return { seed: `${seed}/${number}`, harm: chance.pick(harms), step: chance.pick(wish === 'failing' ? FAILING : steps), wish };
};

/** What a version that can't be promoted comes to. */
const FAILING: readonly EventType[] = [
  'DeployRequested',
  'DeploymentStarted',
  'ContainersPlaced',
  'ContainerFailed',
  'DeployFailed',
  'ContainersRetired',
];

export const roundAt = (point: Point, seed: string): Round => ({
  seed: `${seed}/${pointText(point)}`,
  harm: harmNamed(point.victim === 'host-agent' ? 'agent killed' : `${point.victim} killed`),
  step: point.step,
  wish: 'good',
});

/** One round after the other, each told as soon as it ended. */
export const campaign = async (
  platform: Platform,
  rounds: Iterable<Round>,
  told: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const round of rounds) {
    const outcome = await play(platform, round);
    outcomes.push(outcome);
    told(outcome);
  }
  return outcomes;
};
