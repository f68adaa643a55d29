import { streams } from '#libs/contracts';
import { containersOf } from '#libs/domain/stack';
import { decision, type Step } from './step.ts';

/**
 * Containers that the scheduler withdrew leave doors and names like those of a replaced version. Those of a version that leaves anyway wait
 * for its waves.
 */
export const seeingOff: Step = (moment) => {
  const { stack, versions } = moment.state;
  const withdrawn = containersOf(moment.state).filter(
    ({ withdrawn, leaving, retired, version }) =>
      withdrawn !== null && leaving === null && retired === null && versions[version]?.status !== 'superseded',
  );
  const [first] = withdrawn;
  if (!first) return [];
  const containers = withdrawn.filter(({ version }) => version === first.version).map(({ container }) => container);
  const data = { stack, version: first.version, wave: 1, containers, disregard: containers };
  return [decision(moment, first.deployment, [{ stream: streams.stack(stack), type: 'RetirementWaveStarted', data }])];
};
