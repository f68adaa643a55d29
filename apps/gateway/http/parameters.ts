import { z } from 'zod';
import { instantOfText, stackName } from '#libs/contracts';
import { didYouMean } from '#libs/manifest';
import { HttpProblem } from './problem.ts';

/** Parameters of addresses; each refusal names the fix. */
export const wholeNumber = z
  .string('give it once')
  .regex(/^\d{1,15}$/, 'use a whole number')
  .transform(Number);
export const limit = (most: number, usual: number) =>
  wholeNumber.refine((count) => count >= 1 && count <= most, `use 1 to ${most}`).default(usual);
/** RFC 3339, or its date alone. A time without its offset would be somebody's guess. */
const INSTANT = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))?$/;
const NO_INSTANT = 'use a time with its offset, for example 2026-11-21T14:00:00Z';
export const instant = z
  .string('give it once')
  // A plus sign of an address that was not encoded has become a blank.
  .transform((given) => given.replace(/ (\d{2}:\d{2})$/, '+$1'))
  .refine((given) => INSTANT.test(given), NO_INSTANT)
  .transform((given) => instantOfText(given.toUpperCase().replace(' ', 'T')))
  .refine((at) => !Number.isNaN(at), NO_INSTANT);

/** What an address may ask for. A parameter that is not known is named, with the one that was meant. */
export const addressQuery = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownWords(issue.keys ?? [], Object.keys(shape)) : undefined),
  });

const unknownWords = (unknown: readonly string[], known: readonly string[]): string =>
  unknown
    .map((name) => {
      const near = didYouMean(name, known);
      return `no parameter is called ${name}; ${near === null ? `use ${known.join(', ')}` : `did you mean ${near}?`}`;
    })
    .join('; ');

export const deploymentsQuery = addressQuery({ stack: stackName.exactOptional(), limit: limit(500, 50) });
export const containersQuery = addressQuery({ stack: stackName.optional() });
const moment = z.string('name a position, a time or a version').min(1).max(60);
export const diffQuery = z.strictObject({ from: moment, to: moment, stack: stackName.optional() });
export const idempotencyKey = z
  .string('send one, and a new one for each wish')
  .regex(/^[\x20-\x7e]{1,255}$/, 'use 1 to 255 printable ASCII characters');

/** Throws a problem that names the header; never repeats its value. */
export const readHeader = <S extends z.ZodType>(name: string, schema: S, value: unknown): z.infer<S> => {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new HttpProblem(400, 'bad-header', `${name}: ${read.error.issues[0]?.message ?? 'it can not be used'}`);
};

export type DeploymentsQuery = z.infer<typeof deploymentsQuery>;
export type ContainersQuery = z.infer<typeof containersQuery>;
export type DiffQuery = z.infer<typeof diffQuery>;
