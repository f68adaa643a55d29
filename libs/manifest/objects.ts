import { z } from 'zod';
import { editDistance } from './did-you-mean.ts';
import type { Path, PathFault } from './faults.ts';

/** Stands where a legal Compose key was found that Berth does not act on. */
export class NotActedOn {
  readonly message: string;
  readonly fix: string;

  constructor(message: string, fix: string) {
    this.message = message;
    this.fix = fix;
  }
}

/** Fails a value with a fault of our own. */
export const fail = (ctx: z.core.$RefinementCtx, message: string, fix: string, path: Path = []): never => {
  ctx.issues.push({ code: 'custom', message, params: { fix }, path: [...path], input: ctx.value });
  return z.NEVER;
};

/** A closed map. Extension keys (`x-…`) other than Berth's are nobody's business; its error message lists the keys that it knows. */
export const composeObject = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess(
    withoutExtensions,
    z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined) }),
  );

/** Legal in Compose, not acted on: it becomes a warning. */
export const ignored = (fix = 'remove it, or keep it for docker compose', message = 'is legal Compose, but Berth does not act on it yet') =>
  z
    .unknown()
    .transform(() => new NotActedOn(message, fix))
    .optional();

export const ignoredKeys = <Key extends string>(...keys: readonly Key[]): Record<Key, ReturnType<typeof ignored>> =>
  Object.fromEntries(keys.map((key) => [key, ignored()])) as Record<Key, ReturnType<typeof ignored>>;

/** Would open the host to the container: refused where `isHarmful`, else legal and not acted on. */
export const guarded = (isHarmful: (value: unknown) => boolean, message: string, fix: string) =>
  z
    .unknown()
    .transform((value, ctx) =>
      isHarmful(value) ? fail(ctx, message, fix) : new NotActedOn('is legal Compose, but Berth does not act on it yet', 'remove it'),
    )
    .optional();

/** Every `NotActedOn` in what was read. */
export const warningsIn = (value: unknown, path: Path = []): PathFault[] => {
  if (value instanceof NotActedOn) return [{ path, isKey: true, message: value.message, fix: value.fix }];
  if (Array.isArray(value)) return value.flatMap((item, index) => warningsIn(item, [...path, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => warningsIn(item, [...path, key]));
};

const withoutExtensions = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !isForeignExtension(key)));
};

/** A key that is nearly `x-berth` is a slip, and is told so. */
const isForeignExtension = (key: string): boolean => key.startsWith('x-') && (key.length > 9 || editDistance(key, 'x-berth') > 2);
