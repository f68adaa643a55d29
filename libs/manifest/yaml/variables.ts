import type { Path, PathFault } from '../faults.ts';
import { interpolate, type Lookup } from './interpolate.ts';

export interface Resolved {
  readonly json: unknown;
  readonly errors: readonly PathFault[];
  readonly warnings: readonly PathFault[];
}

/** Resolves the variables in every text of a compose.yaml (keys stay), and fills in names of variables that are passed through. */
export const resolveVariables = (json: unknown, lookup: Lookup): Resolved => {
  const errors: PathFault[] = [];
  const warnings: PathFault[] = [];
  const resolveText = (text: string, path: Path): string => {
    const { text: result, unset, error } = interpolate(text, lookup);
    if (error) errors.push({ path, isKey: false, ...error });
    for (const name of new Set(unset)) warnings.push(unsetFault(path, name));
    return result;
  };
  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return resolveText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => passThrough(walk(item, [...path, index]), path, lookup));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        item === null && isAssigned(path) ? (lookup(key) ?? null) : walk(item, [...path, key]),
      ]),
    );
  };
  return { json: walk(json, []), errors, warnings };
};

const unsetFault = (path: Path, name: string): PathFault => ({
  path,
  isKey: false,
  message: `uses the variable ${name}, which is not set: it became nothing`,
  fix: `set ${name}, or write \${${name}:-default}`,
});

/** `environment` of a service, or `args` of its build: a bare name takes its value from where the file is read. */
const isAssigned = (path: Path): boolean =>
  path[0] === 'services' &&
  ((path.length === 3 && path[2] === 'environment') || (path.length === 4 && path[2] === 'build' && path[3] === 'args'));

const passThrough = (item: unknown, path: Path, lookup: Lookup): unknown => {
  if (typeof item !== 'string' || !isAssigned(path) || item.includes('=')) return item;
  const value = lookup(item);
  return value === undefined ? item : `${item}=${value}`;
};
