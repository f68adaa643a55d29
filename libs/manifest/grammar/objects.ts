import { z } from 'zod';
import { editDistance } from '../did-you-mean.ts';
import type { Path, PathFault } from '../faults.ts';

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

/** What an editor is told of a field whose reader is a function of ours; JSON Schema, draft 7. */
export type Hint = Readonly<Record<string, unknown>>;

/** Any value, and what an editor shall know of it. */
export const anything = (hint: Hint = {}): z.ZodUnknown => z.unknown().meta({ ...hint });

/** A closed map. Extension keys (`x-…`) other than Berth's are nobody's business; its error message lists the keys that it knows. */
export const composeObject = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess(
    withoutExtensions,
    z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined) }),
  );

const IGNORED = 'is legal Compose, but Berth does not act on it yet';

/** Legal in Compose, not acted on: it becomes a warning. */
export const ignored = (fix = 'remove it, or keep it for docker compose', message = IGNORED) =>
  anything({ description: `Not acted on: ${fix}.` })
    .transform(() => new NotActedOn(message, fix))
    .optional();

export const ignoredKeys = <Key extends string>(...keys: readonly Key[]): Record<Key, ReturnType<typeof ignored>> =>
  Object.fromEntries(keys.map((key) => [key, ignored()])) as Record<Key, ReturnType<typeof ignored>>;

interface Guard {
  readonly isHarmful: (value: unknown) => boolean;
  readonly message: string;
  readonly fix: string;
  readonly hint: Hint;
}

/** Would open the host to the container: refused where `isHarmful`, else legal and not acted on. */
export const guarded = ({ isHarmful, message, fix, hint }: Guard) =>
  anything({ ...hint, description: `Refused: it ${message}.` })
    .transform((value, ctx) => (isHarmful(value) ? fail(ctx, message, fix) : new NotActedOn(IGNORED, 'remove it')))
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
