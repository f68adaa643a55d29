import { z } from 'zod';
import { containerId, generation, hostId, type NamesPart, serviceName, stackName } from '#libs/contracts';
import type { Caller } from '#libs/domain/naming';

/** What comes from disk or the socket. Keys that are not known here are let pass: a newer agent may write more. */
const datasource = z.object({
  type: z.enum(['mysql', 'postgresql', 'mongodb', 'redis', 'rabbitmq', 'elasticsearch', 'other']),
  group: z.string().nullable(),
  primary: z.boolean(),
  host: z.string().nullable(),
  address: z.string().nullable(),
  port: z.int().nullable(),
  tls: z.boolean(),
});

const endpoint = z.object({ container: containerId, host: hostId, address: z.ipv4() });

export const namesPartSchema: z.ZodType<NamesPart> = z.object({
  stack: stackName,
  generation,
  promoted: z.int().positive().nullable(),
  versions: z.record(z.string().regex(/^[1-9]\d*$/), z.record(z.string(), z.array(endpoint))),
  unversioned: z.record(z.string(), z.array(z.string())).default({}),
  callers: z.record(containerId, z.int().positive()),
  datasources: z.array(datasource),
});

export const callersSchema: z.ZodType<Readonly<Record<string, Caller>>> = z.record(
  z.ipv4(),
  z.object({ stack: stackName, service: serviceName, container: containerId, version: z.int().positive(), host: hostId }),
);
