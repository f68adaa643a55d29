import { type DeploymentId, streams } from '#libs/contracts';
import { type ContainerState, containersOf, type VersionState } from '#libs/domain/stack';
import type { Decision } from '../decision.ts';
import { decision, type Moment, promotedOf, type Step } from './step.ts';
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
  if (containers.length > 0) return nextWave(moment, by, version, containers);
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

/** A lost one calls nobody whom it could find. */
const isGone = ({ retired, isGone, lostAt }: ContainerState): boolean => lostAt !== null || (retired !== null && isGone);
