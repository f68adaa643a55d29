import type { Datasource } from '#libs/contracts';
import { addressEntry, type Entry, nothing } from './entry.ts';
import { isHostName } from './wire/index.ts';

/**
 * `<type>` and `replica.<type>` for those without a group, or for the only group; `<group>.<type>` and `replica.<group>.<type>` for the others.
 */
export const datasourceNames = (stack: string, datasources: readonly Datasource[]): readonly (readonly [string, Entry])[] => {
  const types = [...new Set(datasources.map((datasource) => datasource.type))];
  return types.flatMap((type) => {
    const ofType = datasources.filter((datasource) => datasource.type === type);
    const groups = [...new Set(ofType.map((datasource) => datasource.group))];
    const bare = ofType.filter((datasource) => datasource.group === null || groups.length === 1);
    const grouped = groups.flatMap((group) =>
      group === null
        ? []
        : roles(
            stack,
            `${group.toLowerCase()}.${type}`,
            ofType.filter((datasource) => datasource.group === group),
          ),
    );
    return [...grouped, ...roles(stack, type, bare)];
  });
};

const roles = (stack: string, name: string, datasources: readonly Datasource[]): readonly (readonly [string, Entry])[] => {
  const primaries = datasources.filter((datasource) => datasource.primary);
  const replicas = datasources.filter((datasource) => !datasource.primary);
  return [
    [name, datasourceEntry(`${stack}//${name}`, primaries)],
    ...(replicas.length > 0 ? [[`replica.${name}`, datasourceEntry(`${stack}//replica.${name}`, replicas)] as const] : []),
  ];
};

/** Addresses where there are any; else the first host, since a name has at most one alias. */
const datasourceEntry = (key: string, datasources: readonly Datasource[]): Entry => {
  const addresses = datasources.flatMap(({ address }) => (address === null ? [] : [address]));
  if (addresses.length > 0) return addressEntry(key, addresses);
  const target = datasources.find(({ host }) => host !== null)?.host?.replace(/\.$/, '') ?? null;
  return target !== null && isHostName(target) ? { kind: 'alias', target } : nothing;
};
