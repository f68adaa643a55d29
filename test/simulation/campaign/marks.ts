import type { EventType } from '#libs/contracts';
import { HARMS, type HarmKind } from '../harm/harms.ts';
import { OPERATIONS, type OperationKind } from '../plan/operations.ts';

/** What happens in most worlds, or in every tenth. */
export const COMMON: readonly `event: ${EventType}`[] = [
  'event: ContainerFailed',
  'event: ContainerHealthy',
  'event: ContainerStarted',
  'event: ContainerStopped',
  'event: ContainersDrained',
  'event: ContainersPlaced',
  'event: ContainersRetired',
  'event: DeployFailed',
  'event: DeployRequested',
  'event: DeploymentQueued',
  'event: DeploymentStarted',
  'event: DoorsDrawn',
  'event: DoorsServed',
  'event: HostConnected',
  'event: HostJoined',
  'event: ListeningResumed',
  'event: NamesServed',
  'event: PlacementFailed',
  'event: PlacementReleased',
  'event: ProxyPrepared',
  'event: RetirementWaveStarted',
  'event: SwitchCompleted',
  'event: VersionCreated',
  'event: VersionPromoted',
  'event: VersionRetired',
];

const RARE = [
  'agent: could not start',
  'append: conflict',
  'append: incarnation',
  'append: reply lost',
  'engine: reply to create lost',
  'engine: reply to remove lost',
  'engine: reply to start lost',
  'engine: reply to stop lost',
  'event: DoorsRefused',
  'event: HostTagged',
  'event: IncarnationRaised',
  'event: PlacementDelayed',
  'event: ProxyRefused',
  'event: ReportsRefused',
  'feed: lost',
  'feed: twice',
  'mail: cut',
  'mail: lost',
  'mail: twice',
  'name: addresses',
  'name: nothing',
  'name: of the promoted version, for the own one left',
  'name: unknown',
  'name: unready',
  'proxy: dropped a call',
  'proxy: refused a draft',
  'request: no container answered',
  'turn: handed to another one',
] as const;

/** To which places a campaign must come at least once: a world that never comes there proves nothing about them. */
export const MARKS: readonly string[] = [
  ...[...COMMON, ...RARE],
  ...(Object.keys(HARMS) as HarmKind[]).map((kind) => `harm: ${kind}`),
  ...(Object.keys(OPERATIONS) as OperationKind[]).map((kind) => `operation: ${kind}`),
];
