import { z } from 'zod';
import { hostId } from '../ids.ts';

const capacity = z.strictObject({ milliCpus: z.int().positive(), memoryBytes: z.int().positive() });

export const hosts = {
  /** Also written again when a host comes back with another capacity or proxy. */
  HostJoined: z
    .strictObject({ host: hostId, tags: z.array(z.string()), capacity, proxy: z.boolean() })
    .describe('A host said its first hello, or came back with another capacity or proxy.'),
  HostTagged: z.strictObject({ host: hostId, tags: z.array(z.string()) }).describe('Its agent named other tags.'),
} as const;

export type Capacity = Readonly<z.infer<typeof capacity>>;
