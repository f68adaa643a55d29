import type { ScaleAccepted, ScaleChange, ScaledService, Service, ServiceName } from '#libs/contracts';
import { replicasOf, type StackState, type VersionState, type World } from '#libs/domain/stack';
import { didYouMean } from '#libs/manifest';
import { pointerTo } from '../http/faults.ts';
import { bodyRefused, type Fault, HttpProblem } from '../http/problem.ts';

/** No service runs more containers. */
const MOST = 1000;

/** What a wish means now, counted from what is asked for already. Throws a problem for a wish that can't come true. Pure. */
export const readScale = (
  world: World,
  stack: string,
  services: Readonly<Record<string, ScaleChange>>,
): Omit<ScaleAccepted, 'position'> => {
  const state = world.stacks.get(stack as StackState['stack']);
  if (!state) throw new HttpProblem(404, 'not-found', `no stack is called ${stack}${meant(stack, world.stacks.keys())}`);
  const version = promotedOf(state);
  if (!version)
    throw new HttpProblem(409, 'nothing-serves', `no version of ${stack} serves, so that there is nothing to scale: deploy one first`);
  const read = Object.entries(services).map(([service, change]) => readOne(state, version, service, change));
  const faults = read.flatMap((one) => ('detail' in one ? [one] : []));
  if (faults.length > 0) throw bodyRefused(faults);
  return { stack: state.stack, version: version.version, services: read.filter((one) => 'to' in one) };
};

const promotedOf = ({ promoted, versions }: StackState): VersionState | undefined => (promoted === null ? undefined : versions[promoted]);

const readOne = (state: StackState, version: VersionState, name: string, change: ScaleChange): ScaledService | Fault => {
  const { services } = version.manifest;
  const service: Service | undefined = Object.hasOwn(services, name) ? services[name as ServiceName] : undefined;
  const pointer = pointerTo(['services', name]);
  if (!service)
    return {
      pointer,
      detail: `version ${version.version} of ${state.stack} has no service ${name}${meant(name, Object.keys(services)) || `: it has ${Object.keys(services).join(', ')}`}`,
    };
  if (service.strategy === 'EVERY_NODE')
    return { pointer, detail: `${name} has one container on every host that fits (EVERY_NODE): give or take tags of hosts instead` };
  const from = askedFor(state, version, name);
  const to = change.kind === 'to' ? change.replicas : from + change.delta;
  if (to < 0) return { pointer, detail: `${name} has ${from}: it can't have ${-(to - from)} fewer; write ${name}=0 to stop it` };
  if (to > MOST) return { pointer, detail: `${name} would have ${to}: ${MOST} containers of a service are the most` };
  return { service: name, from, to, inManifest: service.replicas };
};

/** With the wishes that wait for their turn. */
const askedFor = (state: StackState, version: VersionState, name: string): number =>
  state.scaling
    .filter(({ service }) => service === name)
    .reduce(
      (count, { change }) => Math.min(MOST, Math.max(0, change.kind === 'to' ? change.replicas : count + change.delta)),
      replicasOf(state, version, name),
    );

const meant = (word: string, known: readonly string[]): string => {
  const near = didYouMean(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
};
