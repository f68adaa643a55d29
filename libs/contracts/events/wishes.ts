import { z } from 'zod';
import { hostId } from '../ids.ts';
import { tag } from './hosts.ts';

/** What a person wants of a host. */
export const change = z.discriminatedUnion('kind', [
  /** No new containers; those that run stay. */
  z.strictObject({ kind: z.literal('cordon') }),
  z.strictObject({ kind: z.literal('uncordon') }),
  /** Cordoned, and its containers move, each once its replacement is healthy. */
  z.strictObject({ kind: z.literal('drain') }),
  /** Drained, restarted as a machine, and uncordoned when its agent is back. */
  z.strictObject({ kind: z.literal('reboot') }),
  z.strictObject({ kind: z.literal('tag'), add: z.array(tag), remove: z.array(tag) }),
  /** A person knows that the machine is dead: nobody waits for its silence to last. */
  z.strictObject({ kind: z.literal('declare-lost') }),
  /** It is forgotten. `force`: though it holds containers. */
  z.strictObject({ kind: z.literal('remove'), force: z.boolean() }),
]);

export const wishes = {
  HostChangeRequested: z.strictObject({ host: hostId, change }).describe('A person asked for a change of a host.'),
} as const;

export type HostChange = Readonly<z.infer<typeof change>>;
