import { z } from 'zod';
import type { Generation } from './generation.ts';

/** A head of the log as somebody outside the database remembers it. */
export interface Anchor extends Generation {
  /** Hex. */
  readonly hash: string;
}

export const anchor: z.ZodType<Anchor> = z.object({
  incarnation: z.int().positive(),
  position: z.int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `1.42:<64 hex digits>`: incarnation, position, hash. For files and people. */
export const anchorText = ({ incarnation, position, hash }: Anchor): string => `${incarnation}.${position}:${hash}`;

/** Null for any other text. */
export const anchorOf = (text: string): Anchor | null => {
  const [, incarnation, position, hash] = /^(\d{1,15})\.(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined ? null : { incarnation: Number(incarnation), position: Number(position), hash };
};
