import { z } from 'zod';
import { serviceName, stackName } from '../ids.ts';
import { doorPath } from './door-path.ts';
import { health } from './health.ts';
import { signal, stopStep } from './signals.ts';
import { update } from './update.ts';

/**
 * The manifest after it was read: every default filled in, every time in milliseconds, every size in bytes.
 * Values of `environment` are plain text only between the CLI and the gateway; in an event they are sealed.
 * It is part of events that are kept for ever: a field that comes later has a default, so that older ones can be read.
 */
const milliseconds = z.int().nonnegative();

const door = z.strictObject({
  /** The port of the host on which the proxy listens. */
  port: z.int().min(1).max(65535),
  protocol: z.enum(['http', 'https']),
  /** Server names in lower case, `*.example.com` among them; empty means every name that no other door of the port claims. */
  names: z.array(z.string()),
  /** What the path of a request begins with, by whole segments; of several the longest wins. */
  path: doorPath.default('/'),
});

const servicePort = z.strictObject({
  container: z.int().min(1).max(65535),
  doors: z.array(door),
  /** Doors that are asked for and that this release does not open: https, as long as Berth has no certificates. */
  unopened: z.array(door).default([]),
  /** Ports of the host that lead straight to the container, past the proxy. Not mapped yet. */
  mapped: z.array(z.strictObject({ port: z.int().min(1).max(65535), protocol: z.enum(['tcp', 'udp']) })).default([]),
});

/** What Compose calls `healthcheck`; `command` in Docker's form: `["CMD", …]` or `["CMD-SHELL", text]`. */
const healthcheck = z.strictObject({
  command: z.array(z.string()).min(1),
  intervalMs: milliseconds,
  timeoutMs: milliseconds,
  retries: z.int().positive(),
  startPeriodMs: milliseconds,
});

const dependency = z.strictObject({ service: serviceName, condition: z.enum(['started', 'healthy']) });

const service = z.strictObject({
  image: z.string().min(1),
  command: z.array(z.string()).nullable(),
  entrypoint: z.array(z.string()).nullable(),
  environment: z.record(z.string(), z.string()),
  replicas: z.int().nonnegative().max(1000),
  ports: z.array(servicePort),
  healthcheck: healthcheck.nullable(),
  dependsOn: z.array(dependency),
  /** All of them must be on the host. */
  tags: z.array(z.string()),
  strategy: z.enum(['HIGH_AVAILABILITY', 'EMPTIEST_NODE', 'EVERY_NODE']),
  /** The key of a tag over whose values containers are spread evenly, before hosts. */
  spread: z.string().nullable().default(null),
  /** No two containers of a slot may run at once, whatever happens; absent where its volumes say it. */
  singleWriter: z.boolean().optional(),
  resources: z.strictObject({
    /** Thousandths of a core; null is no limit and no claim. */
    milliCpus: z.int().positive().nullable(),
    memoryBytes: z.int().positive().nullable(),
  }),
  stopGraceMs: milliseconds,
  /** `non-versioned`: its callers find the promoted version, whatever version they are of. */
  dnsBehaviour: z.enum(['versioned', 'non-versioned']).default('versioned'),
  loadBalancing: z.enum(['roundrobin', 'sticky', 'closest']).default('roundrobin'),
  health: health.nullable().default(null),
  /** Sent to the containers of the version before when those of this one are about to start. */
  preStartSignal: signal.nullable().default(null),
  preStopSequence: z.array(stopStep).default([]),
  restartOnDeploy: z.boolean().default(true),
  /** Run once in a deployment, in one container of the service. */
  deployCommand: z.array(z.string()).nullable().default(null),
  /** Further names of other services; `stack` is null for the own one. */
  links: z.array(z.strictObject({ service: serviceName, stack: stackName.nullable(), alias: z.string() })).default([]),
  update: update.default({ strategy: 'blue_green', promotion: 'immediate' }),
  /** `secret`: a key of the manifest's `secrets`; `target`: the file in the container. */
  secrets: z.array(z.strictObject({ secret: z.string(), target: z.string() })).default([]),
  /** `volume`: a key of the manifest's `volumes`; `target`: the folder in the container. */
  mounts: z.array(z.strictObject({ volume: z.string(), target: z.string(), readOnly: z.boolean() })).default([]),
});

export const datasourceType = z.enum(['mysql', 'postgresql', 'mongodb', 'redis', 'rabbitmq', 'elasticsearch', 'other']);

/** A backing service that is found by name and not deployed by Berth. Exactly one of `address` and `host` is set. */
const datasource = z.strictObject({
  type: datasourceType,
  group: z.string().nullable(),
  primary: z.boolean(),
  /** A DNS name outside the zone. */
  host: z.string().nullable(),
  /** An IPv4 address. */
  address: z.string().nullable(),
  port: z.int().min(1).max(65535).nullable(),
  tls: z.boolean(),
});

export const manifest = z.strictObject({
  stack: stackName,
  services: z.record(serviceName, service),
  datasources: z.array(datasource),
  /** Volumes by name. `isExternal`: it is there before the stack is. */
  volumes: z.record(z.string(), z.strictObject({ isExternal: z.boolean() })).default({}),
  /** Names of secrets; their values are nowhere near. */
  secrets: z.array(z.string()).default([]),
  /** From the start of a deployment to its promotion. */
  deadlineMs: milliseconds,
  /** How long a leaving container may finish what it began. */
  drainTimeoutMs: milliseconds,
  /** Its containers move by themselves to hosts that join; absent where nobody asked for it. */
  rebalance: z.literal('auto').optional(),
});

export type Door = Readonly<z.infer<typeof door>>;
export type ServicePort = Readonly<z.infer<typeof servicePort>>;
export type Healthcheck = Readonly<z.infer<typeof healthcheck>>;
export type Service = Readonly<z.infer<typeof service>>;
export type Datasource = Readonly<z.infer<typeof datasource>>;
export type DatasourceType = z.infer<typeof datasourceType>;
export type Manifest = Readonly<z.infer<typeof manifest>>;
