import { type Model, stackIn } from './model.ts';
import type { Rule } from './rule.ts';

/** I1: one promoted version at every position; deployments of a stack never overlap. */
export const oneDeployment: Rule = {
  invariant: 'I1',
  before: (event, model) => {
    switch (event.type) {
      case 'DeploymentStarted':
        return startedOver(model, event.data);
      case 'VersionPromoted':
        return promotedAside(model, event.data);
      default:
        return [];
    }
  },
};

type Subject = { readonly stack: Parameters<typeof stackIn>[1]; readonly deployment: string; readonly version: number };

const startedOver = (model: Model, { stack, deployment }: Subject): readonly string[] => {
  const { running } = stackIn(model, stack);
  return running === null ? [] : [`deployment ${deployment} of ${stack} starts while ${running} runs`];
};

const promotedAside = (model: Model, { stack, deployment, version }: Subject): readonly string[] => {
  const known = stackIn(model, stack);
  return [
    ...(known.running === deployment ? [] : [`version ${version} of ${stack} is promoted while ${known.running ?? 'nothing'} runs`]),
    ...(known.versions.get(version)?.deployment === deployment
      ? []
      : [`version ${version} of ${stack} is not of deployment ${deployment}`]),
    ...(known.everPromoted.has(version) ? [`version ${version} of ${stack} is promoted twice`] : []),
  ];
};
