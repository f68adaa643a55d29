import type { Difference, StackName } from '#libs/contracts';
import { containersOf, type StackState } from '#libs/domain/stack';
import { namesOf, routesOf } from '../history/answers.ts';

type Lines = ReadonlyMap<string, string>;

/** A state in lines that say nothing which a plan has to make up: hosts in place of addresses, no numbers of versions that are only planned. */
export interface StateLines {
  readonly stack: StackName;
  readonly containers: Lines;
  readonly names: Lines;
  readonly routes: Lines;
}

const ABOUT = ['containers', 'names', 'routes'] as const;

/** `planned`: the version that is tried, and the beginning of its deployment's id in the names of its containers. */
export interface Planned {
  readonly version: number;
  readonly mark: string;
}

export const linesOf = (state: StackState, planned: Planned | null): StateLines => {
  const hostOf = new Map(containersOf(state).map(({ address, host }) => [address, host as string]));
  const onHosts = (addresses: readonly string[]): string =>
    addresses
      .map((address) => hostOf.get(address) ?? address)
      .sort()
      .join(', ');
  const callerText = (caller: number | null): string => {
    if (caller === null) return 'others';
    return caller === planned?.version ? 'the planned version' : `version ${caller}`;
  };
  return {
    stack: state.stack,
    containers: new Map(containersOf(state).map((known) => [nameOf(known.container, planned), `on ${known.host}${statusText(known)}`])),
    names: new Map(
      namesOf(state).map(({ name, caller, addresses, alias }) => [
        `${name} for ${callerText(caller)}`,
        onHosts(addresses) || alias || 'no address',
      ]),
    ),
    routes: new Map(
      routesOf(state).map(({ key, service, endpoints }) => [
        key,
        `${service}: ${onHosts(endpoints.map(({ address }) => address)) || 'nobody'}`,
      ]),
    ),
  };
};

export const differencesOf = (before: StateLines, after: StateLines): readonly Difference[] =>
  ABOUT.flatMap((about) =>
    [...new Set([...before[about].keys(), ...after[about].keys()])]
      .sort()
      .map((what) => ({
        ...{ about, stack: after.stack, what },
        ...{ before: before[about].get(what) ?? null, after: after[about].get(what) ?? null },
      }))
      .filter((difference) => difference.before !== difference.after),
  );

/** `shop-web-1-…-1`: nobody knows yet under which id it will be deployed. */
const nameOf = (container: string, planned: Planned | null): string =>
  planned === null ? container : container.replace(`-${planned.mark}-`, '-…-');

const statusText = ({ status, leaving, retired, lostAt }: ReturnType<typeof containersOf>[number]): string => {
  if (lostAt !== null) return ', lost';
  if (leaving !== null || retired !== null) return ', leaving';
  return status === 'healthy' ? '' : `, ${status}`;
};
