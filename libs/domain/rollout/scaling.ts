import { type ServiceName, streams } from '#libs/contracts';
import { replicasOf, type StackState, type VersionState } from '#libs/domain/stack';
import { decision, promotedOf, runningOf, type Step } from './step.ts';

/** No service runs more containers. */
const MOST = 1000;

/**
 * The oldest wish for another number of containers, counted from what the service shall have now. It holds for every version whose manifest
 * asks for as many as that of the version it was said to.
 */
export const scaling: Step = (moment) => {
  const { state } = moment;
  const [asked] = state.scaling;
  const version = asked && versionWith(state, asked.service);
  if (!asked || !version) return [];
  const { stack } = state;
  const { service, change, request } = asked;
  const wanted = change.kind === 'to' ? change.replicas : replicasOf(state, version, service) + change.delta;
  const replicas = Math.min(MOST, Math.max(0, wanted));
  const of = version.manifest.services[service]?.replicas ?? 0;
  const data = { stack, service, replicas, of, request };
  return [decision(moment, version.deployment, [{ stream: streams.stack(stack), type: 'ServiceScaled', data }])];
};

/** The promoted version; where that has no such service, the one that comes, else whichever is there. */
const versionWith = (state: StackState, service: ServiceName): VersionState | undefined => {
  const known = [promotedOf(state)?.version, runningOf(state)?.version, ...Object.values(state.versions)].filter(
    (one) => one !== undefined,
  );
  return known.find(({ manifest }) => manifest.services[service]) ?? known[0];
};
