import type { Datasource, DatasourceType } from '#libs/contracts';
import type { Path, PathFault } from './faults.ts';
import type { Compose } from './grammar/compose.ts';

const DEFAULT_PORTS: Readonly<Record<DatasourceType, number | null>> = {
  mysql: 3306,
  postgresql: 5432,
  mongodb: 27017,
  redis: 6379,
  rabbitmq: 5672,
  elasticsearch: 9200,
  other: null,
};

type Written = NonNullable<Compose['x-berth']>['datasources'][number];

/** Datasources in their normal form, and every name that two of them, or one and a service, claim. */
export const datasourcesOf = (read: Compose): { readonly datasources: Datasource[]; readonly errors: PathFault[] } => {
  const written = read['x-berth']?.datasources ?? [];
  return {
    datasources: written.map(normal),
    errors: [...written.flatMap(placeFaults), ...nameClashes(written, Object.keys(read.services))],
  };
};

/** One without a group is the only one of its type, so it is the primary one. */
const normal = ({ type, group, primary, host, address, port, tls }: Written): Datasource => ({
  type,
  group,
  primary: primary || group === null,
  host,
  address,
  port: port ?? DEFAULT_PORTS[type],
  tls,
});

const pathOf = (index: number): Path => ['x-berth', 'datasources', index];

const placeFaults = ({ host, address }: Written, index: number): PathFault[] => {
  if ((host === null) !== (address === null)) return [];
  const message = host === null ? 'has neither host nor address' : 'has both host and address';
  return [{ path: pathOf(index), isKey: false, message, fix: 'write one of them: host for a DNS name, address for an IPv4 address' }];
};

/** `main.mysql` for a group; `mysql` for the primary group or the one without a group. */
const namesOf = ({ type, group, primary }: Written): string[] => {
  if (group === null) return [type];
  return primary ? [`${group}.${type}`, type] : [`${group}.${type}`];
};

const nameClashes = (written: readonly Written[], services: readonly string[]): PathFault[] => {
  const owners = new Map<string, Path>(services.map((name) => [name, ['services', name]]));
  return written.flatMap((source, index) =>
    namesOf(source).flatMap((name) => {
      const other = owners.get(name);
      owners.set(name, other ?? pathOf(index));
      return other ? [clash(pathOf(index), name, other)] : [];
    }),
  );
};

const clash = (path: Path, name: string, other: Path): PathFault => ({
  path,
  isKey: false,
  message: `would be found as ${name}, which is taken already`,
  fix:
    other[0] === 'services'
      ? 'rename the service, or give the datasource a group'
      : 'give each of them a group, and mark one as primary: true',
  other,
});
