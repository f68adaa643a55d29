import type { ContainerSpec, ContainersPart, DesiredContainer, HostId, Service } from '#libs/contracts';
import { type ContainerState, containersOf, isEnding, isStaying, type StackState } from '../stack/index.ts';

/** What one host shall run of a stack: a level. A retired container stays in it until its host reported it gone. */
export const containersPart = (state: StackState, host: HostId): ContainersPart =>
  partOf(
    state,
    containersOf(state).filter((container) => container.host === host),
  );

/** The same of all that were placed on the host, where they are known. */
export const partOf = (state: StackState, placed: readonly ContainerState[]): ContainersPart => ({
  stack: state.stack,
  generation: state.desired,
  containers: placed.filter(({ isGone }) => !isGone).flatMap((container) => desiredOf(state, container)),
});

/** Key ids of the sealed values of a part, ordered. */
export const keysOf = (part: ContainersPart): readonly string[] => {
  const values = part.containers.flatMap((desired) => (desired.goal === 'gone' ? [] : Object.values(desired.spec.environment)));
  return [...new Set(values.flatMap((value) => /^sealed:1:([^:]+):/.exec(value)?.[1] ?? []))].sort();
};

const desiredOf = (state: StackState, container: ContainerState): readonly DesiredContainer[] => {
  const version = state.versions[container.version];
  const service = version?.manifest.services[container.service];
  if (!version || !service) return [];
  if (isEnding(state, container)) return [{ goal: 'gone', container: container.container, stopGraceMs: service.stopGraceMs }];
  const { reference, digest } = version.images[container.service] ?? { reference: service.image, digest: null };
  const spec = specOf(state, container, service, digest ?? reference);
  if (container.leaving) return [{ goal: 'drain', spec, disregard: container.leaving.disregard }];
  return mayStart(state, container, service) ? [{ goal: 'run', spec }] : [];
};

const specOf = (state: StackState, container: ContainerState, service: Service, image: string): ContainerSpec => ({
  container: container.container,
  stack: state.stack,
  service: container.service,
  slot: container.slot,
  version: container.version,
  deployment: container.deployment,
  image,
  command: service.command,
  entrypoint: service.entrypoint,
  environment: service.environment,
  ports: service.ports.map((port) => port.container),
  healthcheck: service.healthcheck,
  milliCpus: service.resources.milliCpus,
  memoryBytes: service.resources.memoryBytes,
  stopGraceMs: service.stopGraceMs,
});

/**
 * It was started or tried once, or what it depends on is there in its own deployment. Of a version that serves, what it depends on may lack
 * a container that no host has room for.
 */
const mayStart = (state: StackState, container: ContainerState, service: Service): boolean => {
  if (container.status !== 'placed') return true;
  return service.dependsOn.every(({ service: name, condition }) => {
    const deployment = state.deployments[container.deployment];
    const isPlaced = deployment?.placed[name] === 'placed' || deployment?.status === 'promoted';
    const copies = containersOf(state).filter(
      (other) => other.service === name && other.deployment === container.deployment && isStaying(other),
    );
    return isPlaced && copies.every((copy) => (condition === 'healthy' ? copy.status === 'healthy' : isRunning(copy)));
  });
};

const isRunning = ({ status }: ContainerState): boolean => status === 'started' || status === 'healthy';
