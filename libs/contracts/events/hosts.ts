import { z } from 'zod';
import { hostId } from '../ids.ts';
import { imageId } from '../image-id.ts';

const capacity = z.strictObject({ milliCpus: z.int().positive(), memoryBytes: z.int().positive() });

/** `ssd`, `region:eu`, `region=eu`: what stands before the first colon or equals sign is its key. */
export const tag = z.string().regex(/^[^\s,]{1,100}$/, 'use up to 100 characters without blanks and commas');
export const groupName = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'use lower-case letters, digits and inner hyphens');

export const hosts = {
  /** Also written again when a host comes back with another capacity, proxy or group. */
  HostJoined: z
    .strictObject({ host: hostId, tags: z.array(z.string()), capacity, proxy: z.boolean(), group: groupName.nullable().optional() })
    .describe('A host said its first hello, or came back with another capacity, proxy or group.'),
  HostTagged: z.strictObject({ host: hostId, tags: z.array(z.string()) }).describe('Its agent named other tags.'),
  /** What a person added to the tags that its agent and its group name, and took from them: the whole of it. */
  HostRetagged: z
    .strictObject({ host: hostId, added: z.array(tag), removed: z.array(tag) })
    .describe('A person gave or took tags: all that were added to those of its agent and group, and all that were taken from them.'),
  HostCordoned: z
    .strictObject({ host: hostId, why: z.enum(['cordon', 'drain', 'reboot']) })
    .describe('It gets no new containers. Drained or rebooted, its containers move away first.'),
  HostUncordoned: z.strictObject({ host: hostId, why: z.enum(['asked', 'rebooted']) }).describe('It gets new containers again.'),
  /** Written again when containers came to it and left. */
  HostDrained: z.strictObject({ host: hostId }).describe('It shall be empty, and no container of ours is left on it.'),
  /** Its agent restarts the machine while it runs under this boot id. */
  HostRebootStarted: z
    .strictObject({ host: hostId, bootId: z.string() })
    .describe('It is empty: its agent restarts the machine, if that still runs as this boot.'),
  /** `held` came since the event before it, `gone` went or is named no more. The first of a host has all. */
  ImagesNoted: z
    .strictObject({ host: hostId, held: z.array(imageId), gone: z.array(imageId) })
    .describe(
      'Images of the host that no registry is known to have, and those that a version names by their id: which came since the event before it, and which are gone.',
    ),
  /** Nobody heard of it for so long. Nothing follows from it yet. */
  HostSuspected: z
    .strictObject({ host: hostId, silentMs: z.number().nonnegative() })
    .describe('Nobody heard of the host for so long, while others were heard. Nothing follows from it yet.'),
  HostLost: z
    .strictObject({ host: hostId, silentMs: z.number().nonnegative(), by: z.enum(['silence', 'operator']) })
    .describe('Nobody waits for the host any more; its containers get replacements elsewhere.'),
  HostReturned: z
    .strictObject({ host: hostId, from: z.enum(['suspected', 'lost']) })
    .describe('A host that was suspected or lost was heard again.'),
  HostRemoved: z.strictObject({ host: hostId }).describe('A person took it out of the fleet.'),
  FleetSilent: z
    .strictObject({ hosts: z.array(hostId).min(1), of: z.int().positive() })
    .describe('Too many hosts went silent at once to be dead: nothing is replaced until they are heard or a person says which are lost.'),
  FleetHeard: z
    .strictObject({ silent: z.array(hostId) })
    .describe('Enough of the fleet is heard again: silence of a host counts from here on.'),
} as const;

export type Capacity = Readonly<z.infer<typeof capacity>>;
