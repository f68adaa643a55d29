import { z } from 'zod';
import { containerId, deploymentId, hostId, serviceName, stackName } from '../ids.ts';
import { manifest } from '../manifest/manifest.ts';
import { consumer } from './reactions.ts';

/** `digest` is the content: `sha256:…` of an image that one engine has, `name@sha256:…` of a registry; null when only the reference is known. */
export const image = z.strictObject({ reference: z.string().min(1), digest: z.string().nullable() });

/** What the source was built from. */
export const revision = z.strictObject({
  commit: z.string().min(1),
  branch: z.string().nullable(),
  /** There were changes that no commit holds. */
  dirty: z.boolean(),
});

/** To a number of containers, or by a difference. */
export const scaleChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('to'), replicas: z.int().nonnegative().max(1000) }),
  z.strictObject({ kind: z.literal('by'), delta: z.int().min(-1000).max(1000) }),
]);

export const requests = {
  DeployRequested: z
    .strictObject({
      stack: stackName,
      deployment: deploymentId,
      /** The idempotency key, one per (stack, actor). */
      key: z.string().min(1).max(255),
      /** HMAC-SHA-256 (hex) of the request's canonical body before sealing, under the key that seals this deployment's values. */
      bodyHash: z.string().length(64),
      /** Its environment values are sealed. */
      manifest,
      images: z.record(serviceName, image),
      revision: revision.nullable(),
    })
    .describe('A person or CI asked for a deployment; the request was sound and acknowledged with this event.'),
  ScaleRequested: z
    .strictObject({
      stack: stackName,
      service: serviceName,
      change: scaleChange,
    })
    .describe('A person asked for more or fewer containers of a service.'),
  /** Each is done as a replacement that is healthy before the container leaves. */
  MovesRequested: z
    .strictObject({ stack: stackName, moves: z.array(z.strictObject({ container: containerId, host: hostId })).min(1) })
    .describe('Containers shall move to other hosts, each once its replacement is healthy there.'),
  /** The service shall decide for this stack again. */
  UnparkRequested: z.strictObject({ stack: stackName, consumer }).describe('An operator lets the service decide for this stack again.'),
} as const;

export type Image = Readonly<z.infer<typeof image>>;
export type Revision = Readonly<z.infer<typeof revision>>;
