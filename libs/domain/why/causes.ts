import type { BerthEvent, ContainerId, EventType } from '#libs/contracts';

/**
 * Which event led to which, read from what the events say. What an event carries as its causation is the newest event that its decider
 * had folded, which is true but says little: of a thousand containers that start each would be caused by the one before.
 */
export const causesOf = (events: readonly BerthEvent[]): ReadonlyMap<string, BerthEvent> => {
  const known = new Known();
  const causes = new Map<string, BerthEvent>();
  for (const event of events) {
    const cause = causeOf(known, event) ?? known.byId(event.causation);
    if (cause && cause.position < event.position) causes.set(event.id, cause);
    known.take(event);
  }
  return causes;
};

/** What was read so far, newest of each kind. */
class Known {
  readonly #ids = new Map<string, BerthEvent>();
  readonly #positions = new Map<number, BerthEvent>();
  readonly #newest = new Map<string, BerthEvent>();
  readonly #deployments = new Map<ContainerId, string>();

  take(event: BerthEvent): void {
    this.#ids.set(event.id, event);
    this.#positions.set(event.position, event);
    for (const container of containersIn(event)) {
      if (event.type === 'ContainersPlaced') this.#deployments.set(container, event.data.deployment);
      if (event.type !== 'ContainersDrained') this.#newest.set(`container ${container}`, event);
      this.#newest.set(`${event.type} ${container}`, event);
      this.#newest.set(`${event.type} of ${this.#deployments.get(container)}`, event);
    }
    this.#newest.set(event.type, event);
    if ('deployment' in event.data && event.data.deployment !== null) this.#newest.set(`${event.type} ${event.data.deployment}`, event);
    if ('draft' in event.data && event.data.draft !== null) this.#newest.set(`${event.type} ${event.data.draft}`, event);
  }

  byId(id: string | null): BerthEvent | undefined {
    return id === null ? undefined : this.#ids.get(id);
  }

  at(position: number): BerthEvent | undefined {
    return this.#positions.get(position);
  }

  /** The newest that moved the container. */
  mover(container: string | null | undefined): BerthEvent | undefined {
    return this.#newest.get(`container ${container}`);
  }

  newest(type: EventType, ...of: readonly (string | null)[]): BerthEvent | undefined {
    return this.#newest.get([type, ...of].join(' '));
  }
}

const containersIn = (event: BerthEvent): readonly ContainerId[] => {
  if (event.type === 'ContainersPlaced') return event.data.placements.map(({ container }) => container);
  if ('containers' in event.data) return event.data.containers;
  return 'container' in event.data ? [event.data.container] : [];
};

const later = (...events: readonly (BerthEvent | undefined)[]): BerthEvent | undefined =>
  events.reduce((newest, event) => (event && (!newest || event.position > newest.position) ? event : newest), undefined);

const causeOf = (known: Known, event: BerthEvent): BerthEvent | undefined => {
  switch (event.type) {
    case 'VersionCreated':
      return known.newest('DeployRequested', event.data.deployment);
    case 'DeploymentQueued':
      return known.newest('VersionCreated', event.data.deployment);
    case 'DeploymentStarted':
      return known.newest('DeploymentQueued', event.data.deployment) ?? known.newest('VersionCreated', event.data.deployment);
    case 'ContainersPlaced':
    case 'PlacementFailed':
    case 'PlacementDelayed':
      return later(known.newest('DeploymentStarted', event.data.deployment), known.newest('PlacementDelayed', event.data.deployment));
    case 'ContainerStarted':
    case 'ContainerHealthy':
    case 'ContainerFailed':
    case 'ContainerStopped':
    case 'PlacementReleased':
      return known.mover(event.data.container);
    case 'ContainersDrained':
      return known.newest('RetirementWaveStarted', event.data.containers[0] ?? '');
    case 'DoorsDrawn':
    case 'DoorsRefused':
      return event.data.deployment === null ? undefined : known.newest('ContainerHealthy', 'of', event.data.deployment);
    case 'ProxyPrepared':
    case 'ProxyRefused':
      return known.byId(event.data.draft);
    case 'VersionPromoted':
      return later(known.newest('ProxyPrepared', event.data.draft), known.newest('ContainerHealthy', 'of', event.data.deployment));
    case 'DoorsServed':
    case 'NamesServed':
      return known.at(event.data.generation.position);
    case 'SwitchCompleted':
      return later(known.newest('DoorsServed'), known.newest('VersionPromoted', event.data.deployment));
    case 'RetirementWaveStarted':
      return event.data.wave === 1
        ? known.newest('SwitchCompleted')
        : later(known.newest('SwitchCompleted'), known.newest('ContainerStopped'));
    case 'ContainersRetired':
      return event.data.reason === 'deployment-failed'
        ? known.newest('DeployFailed')
        : (later(...event.data.containers.map((container) => known.newest('ContainersDrained', container))) ??
            known.newest('RetirementWaveStarted', event.data.containers[0] ?? ''));
    case 'DeployFailed':
      return failedBy(known, event.data);
    case 'VersionRetired':
      return known.newest('PlacementReleased');
    default:
      return undefined;
  }
};

const failedBy = (known: Known, { deployment, cause }: Extract<BerthEvent, { type: 'DeployFailed' }>['data']): BerthEvent | undefined => {
  const shown = {
    container: () => known.newest('ContainerFailed', cause.container),
    placement: () => known.newest('PlacementFailed', deployment),
    doors: () => known.newest('DoorsRefused', deployment),
    proxy: () => known.newest('ProxyRefused'),
    deadline: () => undefined,
    cancelled: () => undefined,
  }[cause.kind]();
  return shown ?? known.newest('DeploymentStarted', deployment);
};
