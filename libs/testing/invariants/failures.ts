import { type EventData, generationText } from '#libs/contracts';
import { type Model, stackIn } from './model.ts';
import type { Rule } from './rule.ts';

/** I10: a failed deployment leaves serving routes, names and running containers as they were before it. */
export const untouched: Rule = {
  invariant: 'I10',
  before: (event, model) => {
    switch (event.type) {
      case 'ContainersRetired':
        return event.data.reason === 'deployment-failed' ? strangersStopped(model, event.data) : [];
      case 'VersionPromoted':
        return stackIn(model, event.data.stack).failed.has(event.data.deployment)
          ? [`version ${event.data.version} failed and is promoted`]
          : [];
      case 'DoorsDrawn':
        return event.data.mode === 'live' ? strangersServe(model, event.data) : [];
      case 'DoorsServed':
        return stackIn(model, event.data.stack).doorsOnce.has(generationText(event.data.generation))
          ? []
          : [`the proxy of ${event.data.host} serves ${generationText(event.data.generation)}, which was never put in force`];
      default:
        return [];
    }
  },
};

const strangersStopped = (model: Model, { stack, containers }: EventData<'ContainersRetired'>): readonly string[] =>
  containers
    .filter((id) => !stackIn(model, stack).failed.has(model.containers.get(id)?.deployment as never))
    .map((id) => `${id} is told to stop by a failure that is not of its deployment`);

const strangersServe = (model: Model, { stack, version, endpoints }: EventData<'DoorsDrawn'>): readonly string[] => {
  const { promoted } = stackIn(model, stack);
  const named = Object.values(endpoints).flatMap((list) => list.map(({ container }) => model.containers.get(container)));
  return [
    ...(version === promoted ? [] : [`live doors of ${stack} are drawn of version ${version}, promoted is ${promoted ?? 'none'}`]),
    ...named
      .filter((container) => container && container.version !== promoted)
      .map((container) => `live doors of ${stack} name ${container?.container}, which is not of the promoted version`),
  ];
};
