import type { EventData } from '#libs/contracts';
import { type ContainerModel, containersIn, type Model, stackIn } from './model.ts';
import type { Rule } from './rule.ts';

/** I7, as far as the log shows it: who calls leaves before who is called, and what is promoted stays. */
export const callersFirst: Rule = {
  invariant: 'I7',
  before: (event, model) => {
    switch (event.type) {
      case 'RetirementWaveStarted':
        return [...stayed(model, event.data), ...promotedLeaves(model, event.data.stack, event.data.containers)];
      case 'ContainersRetired':
        return event.data.reason === 'replaced' ? promotedLeaves(model, event.data.stack, event.data.containers) : [];
      default:
        return [];
    }
  },
};

const promotedLeaves = (model: Model, name: Parameters<typeof stackIn>[1], containers: readonly string[]): readonly string[] => {
  const stack = stackIn(model, name);
  return containersIn(model, name)
    .filter(({ container, version, isWithdrawn }) => containers.includes(container) && version === stack.promoted && !isWithdrawn)
    .map(({ container }) => `${container} leaves though its version is promoted`);
};

const stayed = (model: Model, { stack, version, wave, containers }: EventData<'RetirementWaveStarted'>): readonly string[] => {
  const own = containersIn(model, stack).filter((known) => known.version === version);
  const living = own.filter(({ isGone, isReleased, isLost }) => !isGone && !isReleased && !isLost);
  // What is withdrawn leaves alone: others of its service stay, or a person wants none.
  const leaving = own.filter(({ container, isWithdrawn }) => containers.includes(container) && !isWithdrawn);
  const earlier = living.filter((known) => known.leaving !== null && known.leaving.wave < wave && !known.isWithdrawn);
  const staying = living.filter((known) => known.leaving === null && !containers.includes(known.container));
  return [
    ...earlier.map(({ container }) => `wave ${wave} of version ${version} of ${stack} begins while ${container} of an earlier one lives`),
    ...staying
      .flatMap((caller) => leaving.filter((called) => calls(model, caller, called)).map((called) => [caller, called] as const))
      .map(([caller, called]) => `${called.container} leaves while ${caller.container}, which depends on it, stays`),
  ];
};

const calls = (model: Model, caller: ContainerModel, called: ContainerModel): boolean =>
  stackIn(model, caller.stack)
    .versions.get(caller.version)
    ?.manifest.services[caller.service]?.dependsOn.some(({ service }) => service === called.service) ?? false;
