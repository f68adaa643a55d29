import { z } from 'zod';
import { serviceName, stackName } from '../ids.ts';

/**
 * The manifest after it was read: every default filled in, every time in milliseconds, every size in bytes.
 * Values of `environment` are plain text only between the CLI and the gateway; in an event they are sealed.
 */
const milliseconds = z.int().nonnegative();

const door = z.strictObject({
  /** The port of the host on which the proxy listens. */
  port: z.int().min(1).max(65535),
  protocol: z.enum(['http', 'https']),
  /** Server names in lower case, `*.example.com` among them; empty means every name that no other door of the port claims. */
  names: z.array(z.string()),
});

const servicePort = z.strictObject({
  container: z.int().min(1).max(65535),
  doors: z.array(door),
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
  strategy: z.enum(['HIGH_AVAILABILITY']),
  resources: z.strictObject({
    /** Thousandths of a core; null is no limit and no claim. */
    milliCpus: z.int().positive().nullable(),
    memoryBytes: z.int().positive().nullable(),
  }),
  stopGraceMs: milliseconds,
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
  /** From the start of a deployment to its promotion. */
  deadlineMs: milliseconds,
  /** How long a leaving container may finish what it began. */
  drainTimeoutMs: milliseconds,
});

export type Door = Readonly<z.infer<typeof door>>;
export type ServicePort = Readonly<z.infer<typeof servicePort>>;
export type Healthcheck = Readonly<z.infer<typeof healthcheck>>;
export type Service = Readonly<z.infer<typeof service>>;
export type Datasource = Readonly<z.infer<typeof datasource>>;
export type DatasourceType = z.infer<typeof datasourceType>;
export type Manifest = Readonly<z.infer<typeof manifest>>;
