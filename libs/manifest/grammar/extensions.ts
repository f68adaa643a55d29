import { z } from 'zod';
import { datasourceType } from '#libs/contracts';
import { choice, duration, flag, portNumber, serverMatch, signal, stopSequence, tag, tagKey, text, words } from './fields.ts';
import { health } from './health.ts';
import { composeObject } from './objects.ts';
import { portForm } from './ports.ts';
import { update } from './update.ts';

/** What stands under `x-berth` of a service. */
export const serviceExtension = composeObject({
  ports: z.array(portForm).default([]),
  traffic_matches: z.array(serverMatch).default([]),
  tags: z.array(tag).default([]),
  strategy: choice('HIGH_AVAILABILITY', 'EMPTIEST_NODE', 'EVERY_NODE').default('HIGH_AVAILABILITY'),
  spread: tagKey.nullable().default(null),
  single_writer: flag.nullable().default(null),
  dns_behaviour: choice('versioned', 'non-versioned').default('versioned'),
  load_balancing: choice('roundrobin', 'sticky', 'closest').default('roundrobin'),
  health: health.nullable().default(null),
  pre_start_signal: signal.nullable().default(null),
  pre_stop_sequence: stopSequence.nullable().default(null),
  restart_on_deploy: flag.default(true),
  deploy_command: words.default(null),
  update: update.optional(),
});

const datasource = composeObject({
  type: datasourceType,
  group: z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 lower-case letters, digits and inner hyphens, beginning with a letter')
    .nullable()
    .default(null),
  primary: flag.default(false),
  host: text.nullable().default(null),
  address: z.ipv4('is not an IPv4 address').nullable().default(null),
  port: portNumber.optional(),
  tls: flag.default(false),
});

/** What stands under `x-berth` of the file. */
export const stackExtension = composeObject({
  stack: text.optional(),
  datasources: z.array(datasource).default([]),
  deadline: duration.prefault('10m'),
  drain_timeout: duration.prefault('5m'),
  rebalance: choice('off', 'auto').default('off'),
});
