import {
  type BerthEvent,
  containerIdOf,
  type DeploymentId,
  type EventData,
  type EventId,
  type EventType,
  type HostId,
  laneOf,
  type ServiceName,
  type StackName,
  type StreamName,
  subjectOf,
} from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { emptyWorld, evolveWorld, type StackState, stackOf, type World } from '#libs/domain/stack';
import { manifestOf, type ServiceWish } from './manifest.ts';

/** What a test says has happened, folded as it is told. It checks nothing: a test may tell of an impossible world. */
export class History {
  readonly events: BerthEvent[] = [];
  #world = emptyWorld;
  #now: number;

  constructor(now = 0) {
    this.#now = now;
  }

  get world(): World {
    return this.#world;
  }

  stack(name: string): StackState {
    return stackOf(this.#world, name as StackName);
  }

  /** Time of the events from here on. */
  at(now: number): this {
    this.#now = now;
    return this;
  }

  happened<T extends EventType>(stream: StreamName, type: T, data: EventData<T>): this {
    const position = this.#world.position + 1;
    const lane = laneOf(subjectOf(data as EventData<EventType>));
    const event = {
      ...{ id: eventIdOf(position), type, data, actor: 'test', correlation: 'test', causation: null },
      ...{ v: 1, stream, version: (this.#world.versions.get(stream) ?? 0) + 1, incarnation: 1, position },
      ...{ lane, laneNo: this.events.filter((known) => known.lane === lane).length + 1, at: this.#now },
    } as unknown as BerthEvent;
    this.events.push(event);
    this.#world = evolveWorld(this.#world, event);
    return this;
  }

  /** Folds what was decided, whatever it expected. */
  decided(events: readonly Decided[]): this {
    for (const { stream, type, data } of events) this.happened(stream, type, data);
    return this;
  }

  joined(host: string, facts: Partial<Omit<EventData<'HostJoined'>, 'host'>> = {}): this {
    const capacity = { milliCpus: 4000, memoryBytes: 8 * 2 ** 30 };
    return this.happened('hosts', 'HostJoined', { host: host as HostId, tags: [], capacity, proxy: true, ...facts });
  }

  connected(host: string, runId = 'run-1'): this {
    return this.happened(`host/${host}`, 'HostConnected', { host: host as HostId, runId, engine: '20.10' });
  }

  /** A version of the stack and its started deployment. */
  deploying(stack: string, version: number, services: Readonly<Record<string, ServiceWish>>): this {
    const manifest = manifestOf(stack, services);
    const subject = { stack: manifest.stack, deployment: deploymentOf(stack, version), version };
    const images = Object.fromEntries(Object.keys(services).map((name) => [name, { reference: `${name}:${version}`, digest: null }]));
    const replaces = this.stack(stack).promoted;
    return this.happened(`stack/${stack}`, 'VersionCreated', { ...subject, manifest, images, revision: null }).happened(
      `stack/${stack}`,
      'DeploymentStarted',
      { ...subject, replaces },
    );
  }

  failed(stack: string, version: number): this {
    const cause = { kind: 'deadline', message: 'too late', fix: null, container: null, exitCode: null, output: null } as const;
    const subject = { stack: stack as StackName, deployment: deploymentOf(stack, version), version };
    return this.happened(`stack/${stack}`, 'DeployFailed', { ...subject, step: 'start', cause });
  }

  promoted(stack: string, version: number, draft: EventId | null = null): this {
    const subject = { stack: stack as StackName, deployment: deploymentOf(stack, version), version };
    return this.happened(`stack/${stack}`, 'VersionPromoted', { ...subject, draft });
  }

  /** Places one container per given host, in slots from 1. */
  placed(stack: string, version: number, service: string, hosts: readonly string[]): this {
    const deployment = deploymentOf(stack, version);
    const placements = hosts.map((host, index) => ({
      container: containerOf(stack, version, service, index + 1),
      slot: index + 1,
      host: host as HostId,
      reason: 'the test says so',
    }));
    const subject = { stack: stack as StackName, deployment, service: service as ServiceName };
    return this.happened('fleet', 'ContainersPlaced', { ...subject, version, placements });
  }

  started(stack: string, container: string, { run = 'r1', address = '10.64.0.2' } = {}): this {
    const subject = this.#container(stack, container);
    return this.happened(`host/${subject.host}`, 'ContainerStarted', { ...subject, run, address, engineId: 'e1', image: 'i1' });
  }

  healthy(stack: string, container: string, run = 'r1'): this {
    const subject = this.#container(stack, container);
    return this.happened(`host/${subject.host}`, 'ContainerHealthy', { ...subject, run, by: 'port' });
  }

  leaving(stack: string, version: number, containers: readonly string[], wave = 1): this {
    const ids = containers as EventData<'RetirementWaveStarted'>['containers'];
    return this.happened(`stack/${stack}`, 'RetirementWaveStarted', {
      ...{ stack: stack as StackName, version, wave },
      ...{ containers: ids, disregard: ids },
    });
  }

  retired(stack: string, containers: readonly string[]): this {
    const ids = containers as EventData<'ContainersRetired'>['containers'];
    const waited = { ms: 0, drained: true };
    return this.happened(`stack/${stack}`, 'ContainersRetired', { stack: stack as StackName, containers: ids, reason: 'replaced', waited });
  }

  stopped(stack: string, container: string): this {
    const subject = this.#container(stack, container);
    return this.happened(`host/${subject.host}`, 'ContainerStopped', subject);
  }

  #container(stack: string, container: string) {
    const known = this.stack(stack)
      .containers.values()
      .find((candidate) => candidate.container === container);
    if (!known) throw new Error(`tell of container ${container}: it was never placed`);
    return { stack: stack as StackName, host: known.host, container: known.container };
  }
}

/** The same for the same stack and number. */
export const deploymentOf = (stack: string, number: number): DeploymentId => {
  const letters = `${String.fromCharCode(97 + (number % 26))}${stack.replace(/[^a-z2-7]/g, '')}`;
  return letters.padEnd(16, 'a').slice(0, 16) as DeploymentId;
};

export const containerOf = (stack: string, version: number, service: string, slot: number) =>
  containerIdOf({
    stack: stack as StackName,
    service: service as ServiceName,
    slot,
    deployment: deploymentOf(stack, version),
    replacement: 1,
  });

const eventIdOf = (position: number): EventId => `00000000-0000-7000-8000-${position.toString(16).padStart(12, '0')}` as EventId;
