import type { ContainerId, Datasource, HostId, NamesPart, ServiceName, StackName } from '#libs/contracts';
import type { CallerTable } from '../../ports.ts';

/** `shop` with two versions of `api`; its generation is (1, `position`). */
export const partOf = (
  position: number,
  api: Readonly<Record<string, readonly string[]>>,
  fields: { readonly promoted?: number; readonly datasources?: readonly Datasource[] } = {},
): NamesPart => ({
  stack: 'shop' as StackName,
  generation: { incarnation: 1, position },
  promoted: fields.promoted ?? 1,
  versions: Object.fromEntries(
    Object.entries(api).map(([version, addresses]) => [
      version,
      {
        api: addresses.map((address, index) => ({
          container: `shop-api-${index + 1}-v${version}-1` as ContainerId,
          host: 'main' as HostId,
          address,
        })),
      },
    ]),
  ),
  unversioned: {},
  callers: {},
  datasources: fields.datasources ?? [],
});

/** By address: a `web` of `shop` of this version. */
export const callersOf = (versions: Readonly<Record<string, number>>): CallerTable =>
  Object.fromEntries(
    Object.entries(versions).map(([address, version]) => [
      address,
      {
        stack: 'shop' as StackName,
        service: 'web' as ServiceName,
        container: `shop-web-1-v${version}-1` as ContainerId,
        version,
        host: 'main' as HostId,
      },
    ]),
  );

export const mysqlAt = (host: string): Datasource => ({
  type: 'mysql',
  group: null,
  primary: true,
  host,
  address: null,
  port: 3306,
  tls: false,
});
