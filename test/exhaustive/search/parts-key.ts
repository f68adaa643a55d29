import type { ContainerId, ContainersPart, DoorSet, DoorsPart, NamesPart } from '#libs/contracts';
import type { StackState } from '#libs/domain/stack';
import { texted } from './digest.ts';

export const containersText = texted(({ containers }: ContainersPart) =>
  containers.map((each) => [
    each.goal,
    each.goal === 'gone' ? each.container : each.spec.container,
    each.goal === 'drain' ? each.disregard : [],
  ]),
);

export const namesText = texted(({ promoted, versions }: NamesPart) => [promoted, versions]);

/**
 * Callers that a table takes for such of another version than they are. Whom it does not know, its answer takes at his word, so for the others
 * it is the same whether they are in it; who is in the world no more asks nothing.
 */
export const misnamed = ({ callers }: NamesPart, { containers }: StackState): readonly string[] =>
  Object.entries(callers).flatMap(([id, version]) => ((containers.get(id as ContainerId)?.version ?? version) === version ? [] : [id]));

/** Whether a host holds the newest names depends on the callers, too, as long as the generation is the newest. */
export const callersText = ({ callers, generation }: NamesPart, { names }: StackState): readonly string[] =>
  generation.position === names.position ? Object.keys(callers) : [];

/** A draft is told by what it leads to. */
export const partText = texted(({ live, drafts }: DoorsPart) => [live?.endpoints, drafts.map(({ endpoints }) => endpoints)]);

export const doorsText = texted(({ endpoints }: DoorSet) => endpoints);
