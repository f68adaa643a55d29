import { z } from 'zod';

/** The order of what serves: a higher incarnation wins, then a higher position. */
export const generation = z.strictObject({ incarnation: z.int().positive(), position: z.int().nonnegative() });
export type Generation = Readonly<z.infer<typeof generation>>;

/** Below zero when `a` is older than `b`, zero when they are the same, above zero when `a` is newer. */
export const compareGenerations = (a: Generation, b: Generation): number => a.incarnation - b.incarnation || a.position - b.position;

export const isAtLeast = (have: Generation | undefined, wanted: Generation): boolean =>
  have !== undefined && compareGenerations(have, wanted) >= 0;

/** `1.42`: incarnation, a dot, position. For files, sockets and people. */
export const generationText = ({ incarnation, position }: Generation): string => `${incarnation}.${position}`;
