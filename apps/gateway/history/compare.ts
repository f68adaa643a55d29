import type { Difference, Manifest, StackName } from '#libs/contracts';
import { generationText } from '#libs/contracts';
import type { StackState } from '#libs/domain/stack';
import { namesOf, psOf, routesOf } from './answers.ts';
import { changedSettings, type Keys } from './settings.ts';

/** What is another between two states of a stack. `manifests`: those whose settings are compared. Pure. */
export const compareStates = (
  [before, after]: readonly [StackState, StackState],
  manifests: readonly [Manifest | null, Manifest | null],
  keys: Keys,
): readonly Difference[] => {
  const { stack } = after;
  return [
    ...compareLines(stack, 'containers', containerLines(before), containerLines(after)),
    ...compareLines(stack, 'names', nameLines(before), nameLines(after)),
    ...compareLines(stack, 'routes', routeLines(before), routeLines(after)),
    ...changedSettings(...manifests, keys).map(({ path, ...sides }) => ({ about: 'settings' as const, stack, what: path, ...sides })),
  ];
};

/** The manifest of the promoted version. */
export const promotedManifest = ({ promoted, versions }: StackState): Manifest | null =>
  promoted === null ? null : (versions[promoted]?.manifest ?? null);

type Lines = ReadonlyMap<string, string>;

const compareLines = (stack: StackName, about: Difference['about'], before: Lines, after: Lines): readonly Difference[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((what) => ({ about, stack, what, before: before.get(what) ?? null, after: after.get(what) ?? null }))
    .filter((difference) => difference.before !== difference.after);

const containerLines = (state: StackState): Lines =>
  new Map(
    psOf(state).map(({ container, status, host, address }) => [
      container,
      `${status} on ${host}${address === null ? '' : ` at ${address}`}`,
    ]),
  );

const nameLines = (state: StackState): Lines =>
  new Map(
    namesOf(state).map(({ name, caller, addresses, alias }) => [
      `${name} for ${caller === null ? 'others' : `version ${caller}`}`,
      addresses.join(', ') || alias || 'no address',
    ]),
  );

const routeLines = (state: StackState): Lines =>
  new Map(
    routesOf(state).map(({ key, service, version, generation, endpoints }) => [
      key,
      `${service} of version ${version}, generation ${generationText(generation)}: ${endpoints.map(({ address, port }) => `${address}:${port}`).join(', ') || 'nobody'}`,
    ]),
  );
