import { type DeploymentId, type EventData, type HostId, type Manifest, type PlanBody, type ServiceName } from '#libs/contracts';
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
    scale: scaled(world, body, deploy?.manifest ?? null),
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

const scaled = (world: World, { scale, stack }: PlanBody, deployed: Manifest | null): WhatIf['scale'] => {
  const wishes = Object.entries(scale);
  if (wishes.length === 0) return [];
  const of = deployed?.stack ?? stack;
  if (of === undefined) throw bodyRefused([{ pointer: pointerTo(['stack']), detail: 'name the stack whose services are scaled' }]);
  if (deployed === null) readScale(world, of, scale);
  else for (const [service] of wishes) assertScales(deployed, service);
  return wishes.map(([service, change]) => ({ stack: of, service: service as ServiceName, change }));
};

/** A service that only comes with the deployment can't be counted from yet, but it has to be there. */
const assertScales = ({ services }: Manifest, name: string): void => {
  const service = Object.hasOwn(services, name) ? services[name as ServiceName] : undefined;
  if (service && service.strategy !== 'EVERY_NODE') return;
  const near = didYouMean(name, Object.keys(services));
  const missing = `the manifest has no service ${name}${near === null ? '' : `; did you mean ${near}?`}`;
  const detail = service ? `${name} has one container on every host that fits (EVERY_NODE)` : missing;
  throw bodyRefused([{ pointer: pointerTo(['scale', name]), detail }]);
};

const known = (world: World, host: HostId, path: readonly string[]): HostId => {
  if (world.hosts.get(host)) return host;
  const near = didYouMean(host, world.hosts.keys());
  throw bodyRefused([{ pointer: pointerTo(path), detail: `no host is called ${host}${near === null ? '' : `; did you mean ${near}?`}` }]);
};
