import { type DeploymentId, streams } from '#libs/contracts';
import { type ContainerState, containersOf, type VersionState } from '#libs/domain/stack';
import type { Decision } from '../decision.ts';
import { type End, endOfLeaving } from './leaving.ts';
import { LISTENED } from './listening.ts';
import { decision, type Moment, promotedOf, type Step, wake } from './step.ts';
import { retirementWaves } from './waves.ts';

/** Versions that were promoted once leave in waves, after every proxy has switched to the promoted one. */
export const retirement: Step = (moment) => {
  const promoted = promotedOf(moment.state)?.deployment;
  if (!promoted?.isSwitchCompleted) return [];
  return Object.values(moment.state.versions)
    .filter(({ status }) => status === 'superseded')
    .flatMap((version) => retire(moment, promoted.deployment, version));
};

const retire = (moment: Moment, by: DeploymentId, version: VersionState): readonly Decision[] => {
  const { stack } = moment.state;
  const containers = containersOf(moment.state).filter((container) => container.version === version.version);
  if (containers.length > 0) return [...nextWave(moment, by, version, containers), ...ended(moment, by, version, containers)];
  const data = { stack, version: version.version };
  return [decision(moment, by, [{ stream: streams.stack(stack), type: 'VersionRetired', data }])];
};

/** The first wave that still has containers in service begins when all of the waves before are gone. */
const nextWave = (moment: Moment, by: DeploymentId, version: VersionState, containers: readonly ContainerState[]): readonly Decision[] => {
  const { stack } = moment.state;
  const waves = retirementWaves(version.manifest);
  const waveOf = ({ service }: ContainerState): number => waves.findIndex((services) => services.includes(service)) + 1;
  const staying = containers.filter(({ leaving, retired }) => leaving === null && retired === null);
  const wave = Math.min(...staying.map(waveOf));
  const isHeld = containers.some((container) => waveOf(container) < wave && !isGone(container));
  if (staying.length === 0 || isHeld) return [];
  const data = {
    stack,
    version: version.version,
    wave,
    containers: staying.filter((container) => waveOf(container) === wave).map(({ container }) => container),
    disregard: containers.filter((container) => waveOf(container) >= wave).map(({ container }) => container),
  };
  return [decision(moment, by, [{ stream: streams.stack(stack), type: 'RetirementWaveStarted', data }])];
};

const isGone = ({ retired, isGone }: ContainerState): boolean => retired !== null && isGone;

/** Leaving containers that nobody finds or uses any more are told to stop, each as soon as it may. */
const ended = (moment: Moment, by: DeploymentId, version: VersionState, containers: readonly ContainerState[]): readonly Decision[] => {
  const ends = containers
    .filter(({ leaving, retired }) => leaving !== null && retired === null)
    .flatMap((container) => {
      const end = endOfLeaving(moment.world, moment.state, container, version.manifest.drainTimeoutMs);
      return end === null ? [] : [{ container, ...end }];
    });
  const now = ends.filter(({ at }) => at <= moment.now);
  const later = ends.filter(({ at }) => at > moment.now);
  return [...stopped(moment, by, now), ...later.map(({ at }) => wake(moment, by, at))];
};

type Ended = End & { readonly container: ContainerState };

const stopped = (moment: Moment, by: DeploymentId, ends: readonly Ended[]): readonly Decision[] => {
  const { stack } = moment.state;
  const events = [true, false]
    .map((drained) => ends.filter((end) => end.drained === drained))
    .filter((group) => group.length > 0)
    .map((group) => ({
      stream: streams.stack(stack),
      type: 'ContainersRetired' as const,
      data: {
        stack,
        containers: group.map(({ container }) => container.container),
        reason: 'replaced' as const,
        waited: { ms: Math.max(...group.map(waitedMs)), drained: group.every(({ drained }) => drained) },
      },
    }));
  return events.length === 0 ? [] : [decision(moment, by, events, [streams.doors(stack), streams.hosts, LISTENED])];
};

const waitedMs = ({ at, container }: Ended): number => at - (container.leaving?.at ?? at);
