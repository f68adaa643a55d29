import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSettings } from './read-settings.ts';

const schema = z.object({
  BERTH_HOME: z.string().default('/var/lib/berth'),
  BERTH_PORT: z.coerce.number().int('use a whole number').max(65535, 'use a port of at most 65535').default(7070),
  BERTH_KEY: z.string().regex(/^\d+$/, 'use digits only'),
});

const problemOf = (env: Record<string, string>): string => {
  try {
    readSettings(schema, env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('read settings that are bad');
};

describe('readSettings', () => {
  it('gives typed values, and defaults for what is not set', () => {
    expect(readSettings(schema, { BERTH_PORT: '80', BERTH_KEY: '7', PATH: '/bin' })).toEqual({
      BERTH_HOME: '/var/lib/berth',
      BERTH_PORT: 80,
      BERTH_KEY: '7',
    });
  });

  it('takes an empty variable as one that is not set', () => {
    expect(readSettings(schema, { BERTH_HOME: '', BERTH_KEY: '7' }).BERTH_HOME).toBe('/var/lib/berth');
  });

  it('lists every bad variable with its fix in one error', () => {
    expect(problemOf({ BERTH_PORT: '70000', BERTH_KEY: 'x' })).toBe(
      'read settings:\n  BERTH_PORT: use a port of at most 65535\n  BERTH_KEY: use digits only',
    );
  });

  it('says of a missing variable that it is missing', () => {
    expect(problemOf({})).toBe('read settings:\n  BERTH_KEY: it is missing, set it');
  });

  it('never repeats a value, which could be a secret', () => {
    expect(problemOf({ BERTH_KEY: 'hunter2' })).not.toContain('hunter2');
  });
});
