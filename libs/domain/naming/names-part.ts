import type { Datasource, NamedEndpoint, NamesPart } from '#libs/contracts';
import { type ContainerState, callable, containersOf, type StackState, type VersionState } from '../stack/index.ts';

/** What a stack's callers find; null for a stack that has no version yet. Its generation moves with every change that a caller can see. */
export const namesPart = (state: StackState): NamesPart | null => {
  const versions = Object.values(state.versions).sort((a, b) => a.version - b.version);
  if (versions.length === 0) return null;
  const present = containersOf(state).filter((container) => !container.isGone);
  const named = versions.filter((version) => isNamed(state, version, present));
  return {
    stack: state.stack,
    generation: state.names,
    promoted: state.promoted,
    versions: Object.fromEntries(named.map((version) => [version.version, services(version, present)])),
    unversioned: Object.fromEntries(
      named.map((version) => [version.version, unversioned(version)] as const).filter(([, list]) => list.length > 0),
    ),
    callers: Object.fromEntries(present.map((container) => [container.container, container.version])),
    datasources: datasources(state, versions),
  };
};

/**
 * Hosts without a container of the stack are told of it: its promoted version is found from everywhere, and of who leaves the names each host has
 * to say that it knows.
 */
export const isFoundFromAfar = ({ promoted, leaving }: StackState): boolean => promoted !== null || leaving.size > 0;

/**
 * Readers tell a version that was live from one that comes by its number: what is older than the promoted version was live. So a
 * version that failed is named only until a later one is promoted, lest its last containers were given the later one's.
 */
const isNamed = ({ promoted }: StackState, { version, status }: VersionState, present: readonly ContainerState[]): boolean => {
  if (version === promoted) return true;
  const isOver = promoted !== null && version < promoted && status !== 'superseded';
  return !isOver && present.some((container) => container.version === version);
};

const services = ({ version, manifest }: VersionState, present: readonly ContainerState[]): NamesPart['versions'][string] => {
  const own = present.filter((container) => container.version === version);
  return Object.fromEntries(
    Object.keys(manifest.services)
      .sort()
      .map((service) => [service, callable(own.filter((container) => container.service === service)).flatMap(endpoint)]),
  );
};

const unversioned = ({ manifest }: VersionState): readonly string[] =>
  Object.entries(manifest.services)
    .flatMap(([name, { dnsBehaviour }]) => (dnsBehaviour === 'non-versioned' ? [name] : []))
    .sort();

const endpoint = ({ container, host, address }: ContainerState): readonly NamedEndpoint[] =>
  address === null ? [] : [{ container, host, address }];

const datasources = ({ promoted }: StackState, versions: readonly VersionState[]): readonly Datasource[] => {
  const source = versions.find((version) => version.version === promoted) ?? versions.at(-1);
  return source?.manifest.datasources ?? [];
};
