import { type DoorSet, type Endpoint, type Server, type ServiceName, streams } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { containersOf, isInService, routedServices, type StackState, type VersionState } from '#libs/domain/stack';

/** A draft once all containers of the running deployment are healthy, and what is live when its endpoints changed. */
export const doorsOwed = (state: StackState): readonly Decided[] => [...draftOwed(state), ...liveOwed(state)];

const draftOwed = (state: StackState): readonly Decided[] => {
  const running = state.running === null ? undefined : state.deployments[state.running];
  const version = running && state.versions[running.version];
  if (!running || !version || routedServices(version.manifest).length === 0 || !isAllHealthy(state, version)) return [];
  const set = doorSetOf(state, version);
  const known = running.draft === null ? undefined : state.drafts[running.draft];
  if (known && sameDoors(known, set)) return [];
  const data = { stack: state.stack, mode: 'draft' as const, deployment: running.deployment, version: version.version, ...writable(set) };
  return [{ stream: streams.doors(state.stack), type: 'DoorsDrawn', data }];
};

const liveOwed = (state: StackState): readonly Decided[] => {
  const version = state.promoted === null ? undefined : state.versions[state.promoted];
  if (!version || state.doors === null) return [];
  const set = doorSetOf(state, version);
  if (sameDoors(state.doors, set)) return [];
  const data = { stack: state.stack, mode: 'live' as const, deployment: null, version: version.version, ...writable(set) };
  return [{ stream: streams.doors(state.stack), type: 'DoorsDrawn', data }];
};

const isAllHealthy = (state: StackState, { deployment, manifest }: VersionState): boolean => {
  const containers = containersOf(state).filter((container) => container.deployment === deployment);
  const wanted = Object.values(manifest.services).reduce((sum, { replicas }) => sum + replicas, 0);
  return containers.length === wanted && containers.every(isInService);
};

const doorSetOf = (state: StackState, version: VersionState): DoorSet => {
  const servers = routedServices(version.manifest).flatMap((service) => serversOf(state, version, service as ServiceName));
  return { servers, endpoints: Object.fromEntries(servers.map((server) => [server.key, endpointsOf(state, version, server)])) };
};

const serversOf = ({ stack }: StackState, { manifest }: VersionState, service: ServiceName): readonly Server[] =>
  (manifest.services[service]?.ports ?? []).flatMap(({ container, doors }) =>
    doors.map(({ port, protocol, names, path }) => ({
      // In the order of the schema: what is compared has been read by it.
      ...{ key: `${stack}:${port}:${names[0] ?? '_'}${path === '/' ? '' : path}`, port, protocol, names },
      ...{ service, containerPort: container, path },
    })),
  );

const endpointsOf = (state: StackState, { version }: VersionState, server: Server): readonly Endpoint[] =>
  containersOf(state)
    .filter((container) => container.version === version && container.service === server.service && isInService(container))
    .map(({ container, host, address }) => ({ container, host, address: address ?? '', port: server.containerPort }));

const sameDoors = (a: DoorSet, b: DoorSet): boolean =>
  JSON.stringify([a.servers, a.endpoints]) === JSON.stringify([b.servers, b.endpoints]);

const writable = ({ servers, endpoints }: DoorSet) => ({
  servers: [...servers],
  endpoints: Object.fromEntries(Object.entries(endpoints).map(([key, list]) => [key, [...list]])),
});
