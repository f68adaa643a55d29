import { z } from 'zod';
import { eventTypes, stackName } from '#libs/contracts';
import { HttpProblem } from './problem.ts';

/** Parameters of addresses; each refusal names the fix. */
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'use a whole number')
  .transform(Number);
const limit = (most: number, usual: number) =>
  wholeNumber.refine((count) => count >= 1 && count <= most, `use 1 to ${most}`).default(usual);
const eventType = z.enum(eventTypes as [string, ...string[]], 'use the type of an event, for example VersionPromoted');

export const deploymentsQuery = z.strictObject({ stack: stackName.exactOptional(), limit: limit(500, 50) });
export const containersQuery = z.strictObject({ stack: stackName.optional() });
export const eventsQuery = z.strictObject({
  stack: stackName.exactOptional(),
  type: eventType.exactOptional(),
  stream: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'use the name of a stream, for example stack/shop')
    .exactOptional(),
  after: wholeNumber.default(0),
  limit: limit(1000, 100),
});
export const position = wholeNumber;
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
export type EventsQuery = z.infer<typeof eventsQuery>;
