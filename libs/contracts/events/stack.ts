import { z } from 'zod';
import { generation } from '../generation.ts';
import { containerId, deploymentId, eventId, hostId, serviceName, stackName } from '../ids.ts';
import { manifest } from '../manifest/manifest.ts';
import { output } from './host.ts';
import { image, revision } from './requests.ts';

const version = z.int().positive();

/** Why a deployment failed, in words that name the fix, with the container that showed it where there is one. */
const failureCause = z.strictObject({
  kind: z.enum(['placement', 'container', 'doors', 'proxy', 'deadline', 'cancelled']),
  message: z.string(),
  fix: z.string().nullable(),
  container: containerId.nullable(),
  exitCode: z.int().nullable(),
  output: output.nullable(),
});

export const stack = {
  VersionCreated: z
    .strictObject({
      stack: stackName,
      version,
      deployment: deploymentId,
      manifest,
      images: z.record(z.string(), image),
      revision: revision.nullable(),
    })
    .describe('The deployer took a request: the immutable snapshot that it asks for has a number now.'),
  DeploymentQueued: z
    .strictObject({ stack: stackName, deployment: deploymentId, version, after: deploymentId })
    .describe('Another deployment of the stack runs or waits before it.'),
  DeploymentStarted: z
    .strictObject({ stack: stackName, deployment: deploymentId, version, replaces: version.nullable() })
    .describe('No other deployment of the stack runs, and none waits before it.'),
  /** Holds for versions whose manifest says `of` for the service, until one says otherwise. */
  ServiceScaled: z
    .strictObject({ stack: stackName, service: serviceName, replicas: z.int().nonnegative(), of: z.int().nonnegative(), request: eventId })
    .describe('So many containers of the service, in place of the number in its manifest, as long as that number stays the same.'),
  DeployFailed: z
    .strictObject({
      stack: stackName,
      deployment: deploymentId,
      version,
      step: z.enum(['place', 'start', 'prepare']),
      cause: failureCause,
    })
    .describe('The deployment ended without a promotion; the version that serves was not touched.'),
  VersionPromoted: z
    .strictObject({
      stack: stackName,
      deployment: deploymentId,
      version,
      /** The id of the `DoorsDrawn` that now serves; null for a stack without routes. */
      draft: eventId.nullable(),
    })
    .describe('Everything was ready: from here on new requests, and callers without a version, get this version. The only commit point.'),
  SwitchCompleted: z
    .strictObject({
      stack: stackName,
      deployment: deploymentId,
      version,
      generation,
      /** From the first to the last proxy that serves it. */
      skewMs: z.number().nonnegative(),
      proxies: z.array(hostId),
    })
    .describe('Every proxy serves the promoted generation or a newer one.'),
  /** These containers leave doors and names; they stop when nobody uses them any more. */
  RetirementWaveStarted: z
    .strictObject({
      stack: stackName,
      version,
      wave: z.int().positive(),
      containers: z.array(containerId).min(1),
      /** Containers of this wave and of later ones: their connections keep nobody alive. */
      disregard: z.array(containerId),
    })
    .describe('These containers leave doors and names; they stop when nobody uses them any more.'),
  /** The only event that stops a live container. */
  ContainersRetired: z
    .strictObject({
      stack: stackName,
      containers: z.array(containerId).min(1),
      reason: z.enum(['replaced', 'deployment-failed', 'scaled-down', 'drained', 'rebalanced', 'superseded', 'found-again']),
      waited: z.strictObject({ ms: z.number().nonnegative(), drained: z.boolean() }),
    })
    .describe('These containers are told to stop. The only event that stops a live container.'),
  VersionRetired: z.strictObject({ stack: stackName, version }).describe('The room of its last container was released.'),
} as const;

export type FailureCause = Readonly<z.infer<typeof failureCause>>;
