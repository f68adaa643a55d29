import { z } from 'zod';
import type { Health, Probe } from '#libs/contracts';
import { choice, count, duration, portNumber, reader, statusRange, words } from './fields.ts';
import { composeObject, fail, ignored } from './objects.ts';

/** Cloud 66's `health`, of both its engines. */
const endpoint = reader((text) => (/^\/\S*$/.test(text) ? text : null), 'is not a path', 'begin it with /, for example /healthz', {
  type: 'string',
  pattern: '^/|\\$',
});

const probe = composeObject({
  type: choice('http', 'https', 'tcp', 'exec').default('http'),
  endpoint: endpoint.default('/'),
  port: portNumber.nullable().default(null),
  command: words.default(null),
  timeout: duration.prefault('5s'),
  success_threshold: count(1, 1000).default(1),
  failure_threshold: count(1, 1000).default(1),
  initial_delay: duration.prefault('1s'),
  period: duration.prefault('5s'),
  http_headers: ignored('leave them out', 'are not kept: what is kept of a version is not secret, and headers often are'),
}).transform((written, ctx): Probe => {
  const { type, command } = written;
  if ((type === 'exec') !== (command !== null))
    return type === 'exec'
      ? fail(ctx, 'is of type exec and has no command', "write command: ['node', 'health.mjs']")
      : fail(ctx, 'has a command, which only the type exec runs', 'write type: exec, or remove command', ['command']);
  return {
    ...{ type, endpoint: written.endpoint, port: written.port, command, timeoutMs: written.timeout, periodMs: written.period },
    ...{ successThreshold: written.success_threshold, failureThreshold: written.failure_threshold, initialDelayMs: written.initial_delay },
  };
});

const ACCEPT = [
  { from: 200, to: 200 },
  { from: 300, to: 399 },
];
const inbound = (): Health => ({ kind: 'inbound', endpoint: '/', protocol: 'http', timeoutMs: 30_000, accept: ACCEPT });

const short = choice('default', 'none').transform((word): Health => (word === 'none' ? { kind: 'none' } : inbound()));

const INBOUND = ['endpoint', 'protocol', 'accept'] as const;
const PROBES = ['ready', 'alive', 'startup'] as const;

const long = composeObject({
  type: choice('inbound', 'outbound').optional(),
  endpoint: endpoint.optional(),
  protocol: choice('http', 'https', 'HTTP', 'HTTPS').optional(),
  timeout: duration.optional(),
  accept: z.array(statusRange).min(1, 'must not be empty').optional(),
  ready: probe.optional(),
  alive: probe.optional(),
  startup: probe.optional(),
}).transform((written, ctx): Health => {
  const { type, endpoint, protocol, timeout, accept, ready, alive, startup } = written;
  const timeoutMs = timeout ?? 30_000;
  if (PROBES.some((key) => written[key] !== undefined)) {
    const stranger = ([...INBOUND, 'type', 'timeout'] as const).find((key) => written[key] !== undefined);
    if (stranger === undefined) return { kind: 'probes', ready: ready ?? null, alive: alive ?? null, startup: startup ?? null };
    return fail(ctx, 'stands beside ready, alive or startup, which have their own', `move ${stranger} into them, or remove them`, [
      stranger,
    ]);
  }
  if (type === 'outbound') {
    const stranger = INBOUND.find((key) => written[key] !== undefined);
    if (stranger === undefined) return { kind: 'outbound', timeoutMs };
    return fail(ctx, 'means nothing for outbound health, which the container tells by itself', `remove ${stranger}`, [stranger]);
  }
  const said = protocol === undefined || protocol.toLowerCase() === 'http' ? 'http' : 'https';
  return { kind: 'inbound', endpoint: endpoint ?? '/', protocol: said, timeoutMs, accept: accept ?? ACCEPT };
});

export const health = z.union([short, long]);
