import type { BerthEvent, EventType } from '#libs/contracts';
import { Chance } from '../simulation/world/chance.ts';
import { controlServices } from '../stories/harness/processes.ts';

/** Those that are killed, one at a time. */
export const victims = [...controlServices, 'host-agent'] as const;
type Victim = (typeof victims)[number];

/** When the log shows the first event of this type, the victim is killed. */
export interface Point {
  readonly victim: Victim;
  readonly step: EventType;
}

export const pointText = ({ victim, step }: Point): string => `${victim}:${step}`;

/** The steps of a good run, in their order: the types of events from the request on. */
export const stepsOf = (log: readonly BerthEvent[]): readonly EventType[] => [
  ...new Set(log.slice(log.findLastIndex(({ type }) => type === 'DeployRequested')).map(({ type }) => type)),
];

/** Each victim at each step. */
export const pointsOf = (log: readonly BerthEvent[]): readonly Point[] =>
  stepsOf(log).flatMap((step) => victims.map((victim) => ({ victim, step })));

/** So many different ones, as the seed says; all of them in its order where there are fewer. */
export const drawn = (points: readonly Point[], count: number, seed: string): readonly Point[] => {
  const keyed = points.map((point) => ({ point, key: new Chance(0, `${seed}/${pointText(point)}`).next() }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ point }) => point);
};

/** Throws with the ones that there are. */
export const pointNamed = (points: readonly Point[], text: string): Point => {
  const found = points.find((point) => pointText(point) === text);
  if (found) return found;
  const steps = [...new Set(points.map(({ step }) => step))];
  throw new Error(`find point ${text}: write it as <service>:<step>; services are ${victims.join(', ')}; steps are ${steps.join(', ')}`);
};
