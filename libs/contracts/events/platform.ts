import { z } from 'zod';
import { generation } from '../generation.ts';
import { groupName, tag } from './hosts.ts';

/** What concerns no stack and no host but all of Berth. */
export const platform = {
  /** From here on events may be written in the versions of this format: every replica had said that it reads them. */
  FormatRaised: z
    .strictObject({ format: z.int().positive() })
    .describe('From here on events may be written in the versions of this format: every replica had said that it reads them.'),
  /** Hosts of the group have them besides their own. */
  GroupTagged: z
    .strictObject({ group: groupName, tags: z.array(tag) })
    .describe('The hosts of the group have these tags, besides their own, from the next placement on.'),
  /** The log went back or aside: what was told beyond `until` of the incarnation before is no longer part of it. */
  IncarnationRaised: z
    .strictObject({
      incarnation: z.int().min(2),
      until: generation,
      reason: z.enum(['restored', 'tail-lost', 'unknown-future', 'by-operator']),
      /** An operator's. */
      words: z.string().min(1).max(500).optional(),
    })
    .describe('The log went back or aside: what was told beyond `until` of the incarnation before is no longer part of it.'),
} as const;
