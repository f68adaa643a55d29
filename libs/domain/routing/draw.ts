import type { Door, DoorSet, Endpoint, Manifest, Server, ServiceName, StackName } from '#libs/contracts';
import { type ContainerState, callable } from '../stack/index.ts';

/** The doors that a manifest asks for, ordered by key. Only http is served so far; see `claims.ts` for what that refuses. */
export const serversOf = (stack: StackName, manifest: Manifest): readonly Server[] =>
  Object.entries(manifest.services)
    .flatMap(([name, service]) =>
      service.ports.flatMap((port) =>
        port.doors
          .filter((door) => door.protocol === 'http')
          .map((door) => serverOf(stack, name as ServiceName, port.container, { ...door, names: [...new Set(door.names)].sort() })),
      ),
    )
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.service < b.service ? -1 : 1));

/** What is behind each door now: the containers that may be called, ordered by id. A door without one has an empty list. */
export const endpointsOf = (servers: readonly Server[], containers: readonly ContainerState[]): DoorSet['endpoints'] =>
  Object.fromEntries(
    servers.map((server) => [
      server.key,
      callable(containers.filter((container) => container.service === server.service)).flatMap((container) =>
        container.address !== null
          ? [{ container: container.container, host: container.host, address: container.address, port: server.containerPort }]
          : [],
      ),
    ]),
  );

export const areSameEndpoints = (a: DoorSet['endpoints'], b: DoorSet['endpoints']): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => textOf(a[key]) === textOf(b[key]));
};

const serverOf = (stack: StackName, service: ServiceName, containerPort: number, { port, protocol, names, path }: Door): Server => ({
  key: keyOf(stack, { port, names, path }),
  port,
  protocol,
  names,
  service,
  containerPort,
  path,
});

const keyOf = (stack: StackName, { port, names, path }: Pick<Door, 'port' | 'names' | 'path'>): string =>
  `${stack}:${port}:${names[0] ?? '_'}${path === '/' ? '' : path}`;

const textOf = (endpoints: readonly Endpoint[] | undefined): string | undefined =>
  endpoints?.map(({ container, host, address, port }) => `${container} ${host} ${address}:${port}`).join();
