import {
  type DeploymentId,
  type EventData,
  type HostId,
  type Manifest,
  type PlanBody,
  type ServiceName,
  type StackName,
} from '#libs/contracts';
import type { WhatIf } from '#libs/domain/plan';
import type { World } from '#libs/domain/stack';
import { didYouMean } from '#libs/manifest';
import { readBody } from '../deploy/read-body.ts';
import { pointerTo } from '../http/faults.ts';
import { bodyRefused } from '../http/problem.ts';
import { readScale } from '../scale/read-scale.ts';

/** The deployment of a plan: its containers are told from those that are there by it. */
export const PLANNED = 'plannedaaaaaaaaa' as DeploymentId;

/** What a body asks to be tried. Throws a problem for what is not there. */
export const readPlan = (world: World, body: PlanBody): WhatIf => {
  const deploy = body.compose === undefined ? null : wishOf({ ...body, compose: body.compose });
  return {
    deploy,
    scale: scaled(world, body, deploy?.stack),
    without: body.without.map((host, index) => known(world, host, ['without', String(index)])),
    tags: body.tags.map(({ host, ...tags }, index) => ({ host: known(world, host, ['tags', String(index), 'host']), ...tags })),
  };
};

/** The deployment that a body asks for. What it asks no placement, name or route by is left out: values of the environment among it. */
export const wishOf = (
  body: Pick<PlanBody, 'images'> & { readonly compose: NonNullable<PlanBody['compose']> },
): EventData<'DeployRequested'> => {
  const { manifest, images } = readBody(body, { isPlan: true });
  const { stack } = manifest;
  return { stack, deployment: PLANNED, key: PLANNED, bodyHash: '0'.repeat(64), manifest: withoutValues(manifest), images, revision: null };
};

const withoutValues = (manifest: Manifest): Manifest => ({
  ...manifest,
  services: Object.fromEntries(Object.entries(manifest.services).map(([name, service]) => [name, { ...service, environment: {} }])),
});

const scaled = (world: World, { scale, stack }: PlanBody, deployed: StackName | undefined): WhatIf['scale'] => {
  const wishes = Object.entries(scale);
  const [first] = wishes;
  if (!first) return [];
  const of = deployed ?? stack;
  if (of === undefined) throw bodyRefused([{ pointer: pointerTo(['stack']), detail: 'name the stack whose services are scaled' }]);
  // A service that only comes with the deployment can't be counted from yet.
  if (deployed === undefined) readScale(world, of, scale);
  return wishes.map(([service, change]) => ({ stack: of, service: service as ServiceName, change }));
};

const known = (world: World, host: HostId, path: readonly string[]): HostId => {
  if (world.hosts.get(host)) return host;
  const near = didYouMean(host, world.hosts.keys());
  throw bodyRefused([{ pointer: pointerTo(path), detail: `no host is called ${host}${near === null ? '' : `; did you mean ${near}?`}` }]);
};
