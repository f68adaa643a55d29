import type { EventData } from '#libs/contracts';
import type { WireEvent } from '../api/wire-event.ts';

/** What an event is about, in a few words. Empty for types that this program does not know. */
export const summaryOf = (event: WireEvent): string => {
  switch (event.type) {
    case 'DeployRequested':
      return `deployment ${event.data.deployment}${event.data.revision ? ` of commit ${event.data.revision.commit.slice(0, 12)}` : ''}`;
    case 'VersionCreated':
      return `version ${event.data.version} by deployment ${event.data.deployment}`;
    case 'DeploymentQueued':
      return `version ${event.data.version} waits for deployment ${event.data.after}`;
    case 'DeploymentStarted':
      return event.data.replaces === null
        ? `version ${event.data.version}`
        : `version ${event.data.version} replaces ${event.data.replaces}`;
    case 'DeployFailed':
      return `version ${event.data.version} at ${event.data.step}: ${event.data.cause.message}`;
    case 'VersionPromoted':
    case 'VersionRetired':
      return `version ${event.data.version}`;
    case 'SwitchCompleted':
      return `version ${event.data.version} on ${event.data.proxies.length} proxies, skew ${event.data.skewMs} ms`;
    case 'RetirementWaveStarted':
      return `wave ${event.data.wave} of version ${event.data.version}: ${event.data.containers.join(', ')}`;
    case 'ContainersRetired':
      return `${event.data.containers.join(', ')} (${event.data.reason}) after ${event.data.waited.ms} ms`;
    case 'ContainersPlaced':
      return event.data.placements.map(({ container, host }) => `${container} on ${host}`).join(', ');
    case 'PlacementFailed':
      return `${event.data.service}: ${event.data.excluded.map(({ host, reason }) => `${host}: ${reason}`).join('; ') || event.data.fix}`;
    case 'PlacementDelayed':
      return `${event.data.service} waits until ${event.data.for.join(', ')} left`;
    case 'ContainerStarted':
      return `${event.data.container} at ${event.data.address}`;
    case 'ContainerHealthy':
      return `${event.data.container} by ${event.data.by}`;
    case 'ContainerFailed':
      return `${event.data.container}: ${event.data.message}`;
    case 'ContainerStopped':
    case 'PlacementReleased':
      return event.data.container;
    case 'ContainersDrained':
      return `${event.data.containers.join(', ')} by ${event.data.host}`;
    case 'DoorsDrawn':
      return `${event.data.mode} for version ${event.data.version}: ${event.data.servers.map(({ key }) => key).join(', ')}`;
    case 'DoorsRefused':
      return event.data.reason;
    case 'ProxyRefused':
      return `${event.data.host}: ${event.data.words}`;
    case 'ProxyPrepared':
    case 'HostJoined':
    case 'HostConnected':
      return event.data.host;
    case 'DoorsServed':
    case 'NamesServed':
      return `generation ${event.data.generation.incarnation}.${event.data.generation.position} by ${event.data.host}`;
    case 'ImagesNoted':
      return `${event.data.host}: ${imagesText(event.data)}`;
    case 'ReportsRefused':
      return `${event.data.host}: ${event.data.counts.map(({ reason, count }) => `${count} × ${reason}`).join('; ')}`;
    case 'HostChangeRequested':
      return `${event.data.host}: ${event.data.change.kind}`;
    case 'HostRetagged':
      return `${event.data.host}: ${[...event.data.added.map((tag) => `+${tag}`), ...event.data.removed.map((tag) => `-${tag}`)].join(' ')}`;
    case 'HostCordoned':
    case 'HostUncordoned':
      return `${event.data.host} (${event.data.why})`;
    case 'HostDrained':
    case 'HostRebootStarted':
    case 'HostRemoved':
      return event.data.host;
    case 'HostSuspected':
      return `${event.data.host} was silent for ${seconds(event.data.silentMs)}`;
    case 'HostLost':
      return `${event.data.host} by ${event.data.by}, after ${seconds(event.data.silentMs)} of silence`;
    case 'HostReturned':
      return `${event.data.host} was ${event.data.from}`;
    case 'FleetSilent':
      return `${event.data.hosts.length} of ${event.data.of} hosts: ${event.data.hosts.join(', ')}`;
    case 'FleetHeard':
      return event.data.silent.length === 0 ? 'every host is heard' : `still silent: ${event.data.silent.join(', ')}`;
    case 'GroupTagged':
      return `${event.data.group}: ${event.data.tags.join(', ')}`;
    case 'ScaleRequested':
      return `${event.data.service} ${scaleText(event.data.change)}`;
    case 'MovesRequested':
      return event.data.moves.map(({ container, host }) => `${container} to ${host}`).join(', ');
    case 'MovesRefused':
      return `${event.data.containers.join(', ')}: ${event.data.reason}`;
    case 'ServiceScaled':
      return `${event.data.service} to ${event.data.replicas}`;
    case 'PlacementsWithdrawn':
      return `${event.data.containers.join(', ')} (${event.data.why}): ${event.data.reason}`;
    case 'ContainersLost':
    case 'ContainersFound':
      return `${event.data.containers.join(', ')} with ${event.data.host}`;
    case 'HostTagged':
      return `${event.data.host}: ${event.data.tags.join(', ')}`;
    case 'FormatRaised':
      return `events may be written in format ${event.data.format}`;
    case 'StackParked':
      return `${event.data.consumer}: ${event.data.error}`;
    case 'DecisionStalled':
      return `${event.data.consumer} lost ${event.data.attempts} races in a row on ${event.data.streams.join(', ')}`;
    case 'UnparkRequested':
      return event.data.consumer;
    case 'ListeningResumed':
      return `${event.data.consumer} after ${Math.round((event.data.until - event.data.from) / 1000)} s of silence`;
    case 'IncarnationRaised':
      return `incarnation ${event.data.incarnation} (${event.data.words ?? event.data.reason})`;
    default:
      return '';
  }
};

const imagesText = ({ held, gone }: EventData<'ImagesNoted'>): string => {
  const listed = (sign: string, ids: readonly string[]) => ids.slice(0, 5).map((id) => `${sign}${id.slice(7, 19)}`);
  const more = Math.max(0, held.length - 5) + Math.max(0, gone.length - 5);
  return [...listed('+', held), ...listed('-', gone), ...(more > 0 ? [`and ${more} more`] : [])].join(' ') || 'no images';
};

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

const scaleText = (change: EventData<'ScaleRequested'>['change']): string =>
  change.kind === 'to' ? `to ${change.replicas}` : `by ${change.delta > 0 ? '+' : ''}${change.delta}`;
