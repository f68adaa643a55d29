import type { z } from 'zod';
import { Rejected } from '#libs/contracts';

/** What a process was given: `process.env`, handed over by its `main.ts`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that the schema names; an empty one counts as not set. Throws one `Rejected` that lists every bad
 * variable with its fix, and never a value: it could be a secret.
 */
export const readSettings = <S extends z.ZodObject>(schema: S, env: Environment): z.infer<S> => {
  const named = Object.keys(schema.shape).filter((name) => env[name] !== undefined && env[name] !== '');
  const parsed = schema.safeParse(Object.fromEntries(named.map((name) => [name, env[name]])));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${describe(issue, named)}`);
  throw new Rejected(`read settings:\n${[...new Set(faults)].join('\n')}`);
};

const describe = ({ path, message }: z.core.$ZodIssue, named: readonly string[]): string => {
  const name = String(path[0] ?? 'settings');
  return named.includes(name) ? `${name}: ${message}` : `${name}: it is missing, set it`;
};
