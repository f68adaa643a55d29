import type { EventData, PlanView, StackName } from '#libs/contracts';
import { type WhatIf, type WhatThen, whatThen } from '#libs/domain/plan';
import { stackOf, type World } from '#libs/domain/stack';
import { differencesOf, linesOf, type Planned, type StateLines } from './lines.ts';
import { loadsOf, warningsOf } from './loads.ts';
import { PLANNED } from './read-plan.ts';

/** What would be: all that a plan says, and the lines by which its outcome is compared with a later one. */
export interface Outcome {
  readonly view: Omit<PlanView, 'token'>;
  readonly lines: readonly string[];
}

/** Pure. */
export const planOf = (world: World, whatIf: WhatIf, now: number): Outcome => {
  const then = whatThen(world, whatIf, now);
  const deployment = whatIf.deploy && deploymentOf(then, whatIf.deploy.stack);
  const planned = deployment && { version: deployment.version, mark: PLANNED.slice(0, 8) };
  const compared = then.stacks.map((stack) => compareStack(world, then.world, stack, planned));
  const unplaced = [...unplacedIn(then)];
  const view = {
    position: world.position,
    stacks: then.stacks,
    deployment,
    unplaced,
    placements: placementsIn(then),
    differences: compared.flatMap(({ before, after }) => differencesOf(before, after)),
    hosts: loadsOf(world, then.world),
    warnings: [...pending(world, then), ...warningsOf(world, then.world, then.stacks)],
  };
  const failed = deployment?.failure ? [`the deployment fails at ${deployment.failure.step}: ${deployment.failure.cause.kind}`] : [];
  return { view, lines: [...failed, ...compared.flatMap(({ after }) => outcomeLines(after))] };
};

const compareStack = (before: World, after: World, stack: StackName, planned: Planned | null) => ({
  before: linesOf(stackOf(before, stack), planned),
  after: linesOf(stackOf(after, stack), planned),
});

const outcomeLines = ({ stack, containers, names, routes }: StateLines): readonly string[] =>
  [...containers, ...names, ...routes].map(([what, is]) => `${stack}: ${what} ${is}`);

const deploymentOf = ({ told }: WhatThen, stack: StackName): PlanView['deployment'] => {
  const created = told.find((event) => event.type === 'VersionCreated' && event.data.deployment === PLANNED);
  const version = created?.type === 'VersionCreated' ? created.data.version : 0;
  const failed = told.find((event) => event.type === 'DeployFailed' && event.data.deployment === PLANNED);
  const failure = failed?.type === 'DeployFailed' ? { step: failed.data.step, cause: failed.data.cause } : null;
  return { stack, version, failure };
};

/** The last word on each service: one that found no host at first may have found one in the end. */
const unplacedIn = ({ told }: WhatThen): Iterable<PlanView['unplaced'][number]> => {
  const last = new Map<string, Omit<EventData<'PlacementFailed'>, 'deployment'>>();
  for (const { type, data } of told) {
    if (type === 'ContainersPlaced' && data.placements.length > 0) last.delete(`${data.stack} ${data.service}`);
    if (type !== 'PlacementFailed') continue;
    const { deployment: _, ...words } = data;
    last.set(`${data.stack} ${data.service}`, words);
  }
  return last.values();
};

const placementsIn = ({ told }: WhatThen): PlanView['placements'] =>
  told.flatMap(({ type, data }) =>
    type === 'ContainersPlaced'
      ? data.placements.map(({ slot, host, reason }) => ({ stack: data.stack, service: data.service, slot, host, reason }))
      : [],
  );

/** What the plan takes for granted, or could not look at. */
const pending = (world: World, { told, stacks, isWhole }: WhatThen): readonly string[] => {
  const states = stacks.map((stack) => stackOf(world, stack));
  return [
    ...(isWhole ? [] : ['so much would happen that the plan ends before all of it is done']),
    ...(world.silentSince === null
      ? []
      : ['too many hosts are silent: nothing is replaced until they are heard or a person says which are lost']),
    ...states.flatMap(({ stack, running, queue }) =>
      running === null && queue.length === 0 ? [] : [`${stack}: a deployment runs already; the plan goes by its success`],
    ),
    ...states.flatMap(({ stack, parks }) =>
      Object.keys(parks).map((consumer) => `${stack}: ${consumer} decides nothing for it; see berth parks`),
    ),
    ...told.flatMap(({ type, data }) =>
      type === 'PlacementDelayed' ? [`${data.service} of ${data.stack}: waits for room that leaving containers hold`] : [],
    ),
  ];
};
