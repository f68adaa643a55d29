import { z } from 'zod';

const milliseconds = z.int().nonnegative();

/** How one state of a container is found out: an HTTP request, a TCP connection or a command in the container. */
const probe = z.strictObject({
  type: z.enum(['http', 'https', 'tcp', 'exec']),
  endpoint: z.string(),
  /** Null: the first port of the service. */
  port: z.int().min(1).max(65535).nullable(),
  /** Of `exec`. */
  command: z.array(z.string()).nullable(),
  timeoutMs: milliseconds,
  successThreshold: z.int().positive(),
  failureThreshold: z.int().positive(),
  initialDelayMs: milliseconds,
  periodMs: milliseconds,
});

/** What `x-berth.health` asks for; not acted on yet. */
export const health = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Berth asks the container; statuses from..to are good, both included. */
  z.strictObject({
    kind: z.literal('inbound'),
    endpoint: z.string(),
    protocol: z.enum(['http', 'https']),
    timeoutMs: milliseconds,
    accept: z.array(z.strictObject({ from: z.int(), to: z.int() })).min(1),
  }),
  /** The container tells by itself. */
  z.strictObject({ kind: z.literal('outbound'), timeoutMs: milliseconds }),
  z.strictObject({ kind: z.literal('probes'), ready: probe.nullable(), alive: probe.nullable(), startup: probe.nullable() }),
]);

export type Health = Readonly<z.infer<typeof health>>;
export type Probe = Readonly<z.infer<typeof probe>>;
