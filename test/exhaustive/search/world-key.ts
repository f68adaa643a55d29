import type { Generation } from '#libs/contracts';
import { type ContainerState, containersOf, type Served, type StackState, stackOf, type World } from '#libs/domain/stack';
import { STACK } from '../model/moves.ts';
import { digest } from './digest.ts';
import { instant } from './instants.ts';
import { type Known, type Marks, marksOf, rank } from './marks.ts';
import { doorsText } from './parts-key.ts';

interface Told extends Known {
  /** A digest of it where no instant is in it. */
  readonly text: string;
}

const worlds = new WeakMap<World, Told>();

export const worldText = (world: World): Told => {
  const known = worlds.get(world);
  if (known) return known;
  const state = stackOf(world, STACK);
  const names = marksOf([
    state.names,
    ...healthy(state),
    ...containersOf(state).flatMap(({ leaving }) => leaving?.generation ?? []),
    ...state.leaving.values().map((way) => way.names),
    ...state.awaited.names,
  ]);
  const promotions = Object.values(state.deployments).flatMap(({ promotedAt, isSwitchCompleted }) =>
    promotedAt && !isSwitchCompleted ? [promotedAt.generation] : [],
  );
  const doors = marksOf([
    state.doors?.generation,
    ...promotions,
    ...state.leaving.values().map((way) => way.doors),
    ...state.awaited.doors,
  ]);
  const isRetiring = state.leaving.size > 0;
  const text = stackText(state, { names, doors, isRetiring });
  const made = { names, doors, isRetiring, text: text.includes('~') ? text : digest(text) };
  worlds.set(world, made);
  return made;
};

/** A promotion waits until hosts serve names as new as these. */
const healthy = (state: StackState): readonly (Generation | null)[] =>
  containersOf(state)
    .filter(({ deployment }) => deployment === state.running)
    .map(({ healthyAt }) => healthyAt);

const stackText = (state: StackState, known: Known): string => {
  const { names, doors, isRetiring } = known;
  // What was served before the first began to leave can't be what a stop waits for.
  const left = Math.min(...containersOf(state).flatMap(({ leaving, retired }) => (leaving && !retired ? [leaving.at] : [])));
  const served = ({ generation, at, firsts }: Served, marks: Marks): unknown =>
    [{ generation, at }, ...firsts].map((each) => [
      rank(marks, each.generation.position),
      isRetiring ? instant(Math.max(each.at, left)) : '',
    ]);
  return JSON.stringify([
    [state.running, state.promoted, state.queue.length, state.requests.length, Object.keys(state.parks)],
    Object.values(state.versions).map(({ status }) => status),
    Object.values(state.deployments).map(({ status, placed, placementFailure, doorsRefused, draft, promotedAt, isSwitchCompleted }) => [
      [status, placed, placementFailure !== null, doorsRefused !== null, draft !== null && state.drafts[draft] !== undefined],
      promotedAt && !isSwitchCompleted ? rank(doors, promotedAt.generation.position) : isSwitchCompleted,
    ]),
    containersOf(state).map((container) => containerText(container, state, known)),
    Object.values(state.drafts).map(({ deployment, prepared, refused, endpoints }) => [
      deployment,
      prepared.keys(),
      refused.keys(),
      endpoints,
    ]),
    state.doors && [rank(doors, state.doors.generation.position), doorsText(state.doors)],
    rank(names, state.names.position),
    [...state.leaving].map(([id, way]) => [id, rank(names, way.names.position), way.doors && rank(doors, way.doors.position)]),
    [state.awaited.names.map(({ position }) => rank(names, position)), state.awaited.doors.map(({ position }) => rank(doors, position))],
    [...state.doorsServed].map(([host, each]) => [host, served(each, doors)]),
    [...state.namesServed].map(([host, each]) => [host, served(each, names)]),
  ]);
};

const containerText = (container: ContainerState, { running }: StackState, { names }: Known): unknown => {
  const { status, run, address, failure, healthyAt, leaving, drainedBy, retired, isGone } = container;
  if (retired) return [container.container, retired.reason, isGone];
  return [
    [container.container, status, run !== null, address !== null, failure && [failure.run === run, failure.reason], isGone],
    container.deployment === running && healthyAt ? rank(names, healthyAt.position) : healthyAt !== null,
    leaving && [leaving.wave, rank(names, leaving.generation.position), instant(leaving.at), drainedBy.keys()],
  ];
};
