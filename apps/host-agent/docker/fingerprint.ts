import { createHash } from 'node:crypto';
import type { ContainerSpec } from '#libs/contracts';

/** SHA-256 (hex) of the sealed spec: the same for the same words, in whatever order they were written. */
export const fingerprintOf = (spec: ContainerSpec): string => createHash('sha256').update(canonical(spec)).digest('hex');

const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
};
