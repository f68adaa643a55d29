import { type BerthEvent, type EventData, type EventType, generationText } from '#libs/contracts';
import { leftOut } from '../placement/index.ts';

interface Words {
  readonly says: string;
  readonly why: string | null;
}

/** What an event says, as one would say it aloud, and the reason that it carries. About `container` alone where one is asked about. */
export const wordsOf = (event: BerthEvent, container: string | null = null): Words => {
  const write = sentences[event.type] as Write<EventType> | undefined;
  const [says, why = null] = write?.(event.data, container) ?? [event.type];
  return { says, why };
};

type Said = readonly [says: string, why?: string | null];
type Write<T extends EventType> = (data: EventData<T>, container: string | null) => Said;

const sentences: { readonly [T in EventType]?: Write<T> } = {
  DeployRequested: ({ deployment, revision }) => [
    `deployment ${deployment} was asked for`,
    revision && `commit ${revision.commit.slice(0, 12)}`,
  ],
  VersionCreated: ({ version, stack }) => [`it is version ${version} of ${stack}`],
  DeploymentQueued: ({ after }) => ['it waits in line', `deployment ${after} goes first`],
  DeploymentStarted: ({ version, replaces }) => [
    replaces === null ? `deploying version ${version} began` : `deploying version ${version} began, to replace version ${replaces}`,
  ],
  ContainersPlaced: ({ service, placements }, container) => {
    const about = placements.filter((placement) => placement.container === container);
    // It may stand in the tree of a container that it is not about: then as for all.
    const own = about.length > 0 ? about : placements;
    const reasons = [...new Set(own.map(({ reason }) => reason))];
    const hosts = own.map((placement) => `${placement.container} on ${placement.host}`);
    return [`${service} was placed: ${listed(hosts, 3)}`, listed(reasons, 2)];
  },
  PlacementFailed: ({ service, excluded, fix, considered }) => [
    `no host would do for ${service}`,
    `${
      considered
        ? leftOut(considered).join('; ')
        : listed(
            excluded.map(({ host, reason }) => `${host}: ${reason}`),
            3,
          )
    }. ${fix}`,
  ],
  PlacementDelayed: (data) => [`${data.service} waits for room`, `${listed(data.for, 3)} must leave first`],
  PlacementReleased: ({ container, host }) => [`${container} is forgotten`, `its room on ${host} is free`],
  ContainerStarted: ({ container, host, address }) => [`${container} started on ${host} at ${address}`],
  ContainerHealthy: ({ container, by }) => [
    `${container} is healthy`,
    { healthcheck: 'its health check passed', port: 'its port took a connection', running: 'it has kept running' }[by],
  ],
  ContainerFailed: ({ container, reason, message }) => [`${container} failed (${reason})`, message],
  ContainerStopped: ({ container, host }) => [`${container} is gone from ${host}`],
  ContainersDrained: ({ host, containers }) => [`${host} no longer uses ${listed(containers, 3)}`],
  DoorsDrawn: ({ mode, version, servers }) => [
    `doors were drawn for version ${version}${mode === 'draft' ? ', to be prepared' : ', to serve at once'}: ${listed(
      servers.map(({ key }) => key),
      3,
    )}`,
  ],
  DoorsRefused: ({ reason, fix }) => ['the doors can not be drawn', `${reason}. ${fix}`],
  ProxyPrepared: ({ host }) => [`the proxy of ${host} is prepared`],
  ProxyRefused: ({ host, words }) => [`the proxy of ${host} refused`, words],
  VersionPromoted: ({ version }) => [`version ${version} was promoted: new requests go to it`],
  DoorsServed: ({ host, generation }) => [`the proxy of ${host} serves generation ${generationText(generation)}`],
  NamesServed: ({ host, generation }) => [`${host} answers names of generation ${generationText(generation)}`],
  SwitchCompleted: ({ proxies, skewMs }) => [`every proxy has switched`, `${proxies.length} of them, ${skewMs} ms apart`],
  RetirementWaveStarted: ({ version, wave, containers }) => [`wave ${wave} of version ${version} leaves: ${listed(containers, 3)}`],
  ContainersRetired: ({ containers, reason, waited }) => [
    `${listed(containers, 3)} shall stop`,
    `${reason}, ${waited.drained ? 'and nobody used it any more' : 'and the time to drain was over'} after ${waited.ms} ms`,
  ],
  DeployFailed: ({ version, step, cause }) => [
    `deploying version ${version} failed at ${step}`,
    `${cause.message}${cause.fix === null ? '' : `. ${cause.fix}`}`,
  ],
  VersionRetired: ({ version }) => [`version ${version} is no more`],
  HostJoined: ({ host }) => [`host ${host} joined`],
  HostTagged: ({ host, tags }) => [`host ${host} has the tags ${tags.join(', ') || 'none'}`],
  HostChangeRequested: ({ host, change }) => [`${change.kind} was asked for ${host}`],
  HostRetagged: ({ host }) => [`the tags of ${host} were changed by hand`],
  HostCordoned: ({ host, why }) => [
    `${host} gets no new containers`,
    { cordon: null, drain: 'it is drained', reboot: 'it will restart' }[why],
  ],
  HostUncordoned: ({ host }) => [`${host} gets new containers again`],
  HostDrained: ({ host }) => [`${host} is empty`],
  HostRebootStarted: ({ host }) => [`${host} restarts`],
  HostSuspected: ({ host, silentMs }) => [`${host} is silent`, `for ${Math.round(silentMs / 1000)} s`],
  HostLost: ({ host, silentMs, by }) => [
    `${host} was given up`,
    by === 'operator' ? 'a person said so' : `it was silent for ${Math.round(silentMs / 1000)} s`,
  ],
  HostReturned: ({ host, from }) => [`${host} is back`, `it was ${from}`],
  HostRemoved: ({ host }) => [`${host} left the fleet`],
  FleetSilent: ({ hosts, of }) => ['nothing is replaced', `${hosts.length} of ${of} hosts went silent at once`],
  FleetHeard: () => ['silent hosts are replaced again'],
  GroupTagged: ({ group, tags }) => [`the group ${group} has the tags ${tags.join(', ') || 'none'}`],
  ScaleRequested: ({ service, change }) => [
    `${service} was to have ${change.kind === 'to' ? change.replicas : `${change.delta > 0 ? '+' : ''}${change.delta}`} containers`,
  ],
  ServiceScaled: ({ service, replicas, of }) => [`${service} shall have ${replicas} containers`, `its manifest says ${of}`],
  MovesRequested: ({ moves }) => [`${moves.length} ${moves.length === 1 ? 'container was' : 'containers were'} asked to move`],
  MovesRefused: ({ containers, reason }) => [`${listed(containers, 3)} stays where it is`, reason],
  PlacementsWithdrawn: ({ containers, why, reason }) => [`${listed(containers, 3)} shall leave (${why})`, reason],
  ContainersLost: ({ host, containers }) => [`${listed(containers, 3)} is lost with ${host}`],
  ContainersFound: ({ host, containers }) => [`${listed(containers, 3)} came back with ${host}`],
  HostConnected: ({ host }) => [`the agent of ${host} connected`],
  IncarnationRaised: ({ incarnation, reason, words }) => [`incarnation ${incarnation} began`, words ?? reason],
};

const listed = (words: readonly string[], most: number): string =>
  words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
