import { streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { type ContainerState, containersOf, isStaying, type StackState } from '../stack/index.ts';

/** Who asked to move a container of a service that every host has is told that it stays: there is no other host for it. */
export const idleMovesDue = (state: StackState): readonly Decided[] => {
  const asked = containersOf(state).filter(
    (known) => state.moves[known.container] !== undefined && isStaying(known) && isEverywhere(state, known),
  );
  const { stack } = state;
  const containers = asked.map(({ container }) => container);
  const reason = 'every host that fits has one of its service';
  return containers.length === 0 ? [] : [{ stream: streams.fleet, type: 'MovesRefused', data: { stack, containers, reason } }];
};

const isEverywhere = (state: StackState, { version, service }: ContainerState): boolean =>
  state.versions[version]?.manifest.services[service]?.strategy === 'EVERY_NODE';
