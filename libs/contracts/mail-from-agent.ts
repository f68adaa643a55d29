import { z } from 'zod';
import { anchor } from './anchor.ts';
import { groupName } from './events/hosts.ts';
import { generation } from './generation.ts';
import { containerId, eventId, hostId, stackName } from './ids.ts';
import { imageId } from './image-id.ts';
import type { HostAnchors, HostHello, HostReport, ReportedContainer, ReportedImages, ReportedPart, StateWanted } from './mail.ts';

const text = z.string();
const nullableText = text.nullable();

const container: z.ZodType<ReportedContainer> = z.object({
  container: containerId,
  stack: stackName,
  state: z.enum(['starting', 'running', 'exited', 'gone']),
  run: nullableText,
  engineId: nullableText,
  image: nullableText,
  address: nullableText,
  health: z.enum(['unknown', 'healthy', 'unhealthy']),
  healthBy: z.enum(['healthcheck', 'port', 'running']),
  exitCode: z.int().nullable(),
  oom: z.boolean(),
  message: text,
  output: nullableText,
  drained: z.boolean(),
});

const part: z.ZodType<ReportedPart> = z.object({
  stack: stackName,
  drafts: z.array(z.object({ draft: eventId, refused: nullableText })),
  doors: z.object({ generation, since: z.number() }).nullable(),
  names: generation.nullable(),
  busy: z.array(containerId),
});

const hello = z.object({
  type: z.literal('HostHello'),
  host: hostId,
  runId: z.string().min(1).max(128),
  tags: z.array(z.string().max(128)).max(256),
  capacity: z.strictObject({ milliCpus: z.int().positive(), memoryBytes: z.int().positive() }),
  proxy: z.boolean(),
  engine: z.string().max(256),
  bootId: z.string().min(1).max(128).optional(),
  group: groupName.optional(),
  format: z.int().positive().optional(),
  heard: generation.optional(),
  anchor: anchor.optional(),
});

/** So many at most that an agent tells is room for the newest of any machine. */
const images: z.ZodType<ReportedImages> = z.object({ local: z.array(imageId).max(1000), others: z.array(imageId).max(1000) });

const report = z.object({
  type: z.literal('HostReport'),
  host: hostId,
  session: generation,
  seq: z.int().nonnegative(),
  full: z.boolean(),
  since: z.int().nonnegative().optional(),
  containers: z.array(container),
  parts: z.array(part),
  images: images.optional(),
});

const stateWanted = z.object({ type: z.literal('StateWanted'), host: hostId, holds: z.string().max(100).optional() });

/**
 * What an agent may say, in its form: an agent is a stranger to the control plane. What a newer agent says besides is left out.
 */
export const mailFromAgent: z.ZodType<HostHello | HostReport | StateWanted> = z.discriminatedUnion('type', [hello, report, stateWanted]);

/** What an agent tells a gateway: more of it than an agent keeps is no answer. */
export const hostAnchors: z.ZodType<HostAnchors> = z.object({
  type: z.literal('HostAnchors'),
  host: hostId,
  anchors: z.array(anchor).max(1000),
});
