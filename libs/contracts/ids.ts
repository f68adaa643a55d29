import { z } from 'zod';

/**
 * A DNS label (RFC 1035, lower case): it becomes part of container names and host names. Each kind of name has a schema of its own, so
 * that a schema tells where in an event a host is named.
 */
const label = () =>
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and inner hyphens, beginning with a letter');

export const stackName = label().brand<'StackName'>();
export const serviceName = label().brand<'ServiceName'>();
export const hostId = label().brand<'HostId'>();
export const deploymentId = z
  .string()
  .regex(/^[a-z2-7]{16}$/)
  .brand<'DeploymentId'>();
export const containerId = z.string().min(1).max(128).brand<'ContainerId'>();
export const eventId = z.uuid().brand<'EventId'>();

export type StackName = z.infer<typeof stackName>;
export type ServiceName = z.infer<typeof serviceName>;
export type HostId = z.infer<typeof hostId>;
/** 16 letters of base32 (80 random bits); never counted. */
export type DeploymentId = z.infer<typeof deploymentId>;
export type ContainerId = z.infer<typeof containerId>;
export type EventId = z.infer<typeof eventId>;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

interface ContainerName {
  readonly stack: StackName;
  readonly service: ServiceName;
  readonly slot: number;
  readonly deployment: DeploymentId;
  /** 1 for the first container of the slot in this deployment, one more with each replacement. */
  readonly replacement: number;
}

/** The id of a placement, which is also the name of its container in Docker. */
export const containerIdOf = ({ stack, service, slot, deployment, replacement }: ContainerName): ContainerId =>
  `${stack}-${service}-${slot}-${deployment.slice(0, 8)}-${replacement}` as ContainerId;
