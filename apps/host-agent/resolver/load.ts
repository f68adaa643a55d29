import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { LiveTables } from './live-tables.ts';
import { isPart, pathsOf } from './paths.ts';
import { callersSchema, namesPartSchema } from './schemas.ts';

export type Report = (problem: string, cause: unknown) => void;

/** Takes up what the disk holds. A file that can't be read is told of and left: the agent sends it again. */
export const loadTables = async (home: string, live: LiveTables, report: Report): Promise<void> => {
  const paths = pathsOf(home);
  const files = await readdir(paths.names).catch(emptyWhenMissing);
  for (const file of files.filter(isPart)) {
    const part = await readTable(join(paths.names, file), namesPartSchema, report);
    if (part) live.take(part);
  }
  const callers = await readTable(paths.callers, callersSchema, report);
  if (callers) live.register(callers);
};

const readTable = async <T>(path: string, schema: z.ZodType<T>, report: Report): Promise<T | null> => {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (!isMissing(cause)) report(`read table ${path}`, cause);
    return null;
  }
};

const isMissing = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';

const emptyWhenMissing = (cause: unknown): string[] => {
  if (isMissing(cause)) return [];
  throw new Error('read the directory of names', { cause });
};
