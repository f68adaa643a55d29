import { z } from 'zod';
import { fail } from './objects.ts';
import { isServerName, type PortForm, parseBytes, parseDuration, parseMilliCpus, parsePortForm, splitWords } from './values.ts';

/** Fields of the grammar. Numbers may also be written as text, since `${VAR}` always gives text. */

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const written = z.union([z.string(), z.number()], { error: () => 'must be text or a number' });

const reader = <T>(read: (text: string) => T | null, message: string, fix: string) =>
  z.unknown().transform((value, ctx): T => {
    const read_ = typeof value === 'string' || typeof value === 'number' ? read(String(value).trim()) : null;
    return read_ ?? fail(ctx, message, fix);
  });

export const duration = reader(parseDuration, 'is not a time', 'write it as 10s, 500ms or 1m30s');
export const bytes = reader(parseBytes, 'is not a size', 'write it as 256m, 1g or a number of bytes above 0');
export const cpus = reader(parseMilliCpus, 'is not a share of cores', "write it as '0.5' or '2', above 0");
export const portNumber = reader(
  (text) => (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535 ? Number(text) : null),
  'is not a port',
  'use a number from 1 to 65535',
);
export const count = (least: number, most: number) =>
  reader(
    (text) => (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : null),
    'is not a count',
    `use a whole number from ${least} to ${most}`,
  );

export const flag = z.unknown().transform((value, ctx): boolean => {
  if (typeof value === 'boolean') return value;
  return value === 'true' || value === 'false' ? value === 'true' : fail(ctx, 'is neither true nor false', 'write true or false');
});

export const portForm = reader<PortForm>(
  parsePortForm,
  'is not a port form',
  'write "container:http:https", for example "3000:80:443", "3000:80", "4000::8443" or "5000"; ports go from 1 to 65535',
);

/** A string is parted as a shell would, without running one. */
export const words = z.unknown().transform((value, ctx): string[] | null => {
  if (value === null) return null;
  if (typeof value === 'string') return splitWords(value) ?? fail(ctx, 'has a quote that is never closed', 'close the quote');
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return fail(ctx, 'must be text or a list of text', "quote each word, for example ['node', 'server.mjs']");
});

/** A map or a list of `NAME=value`. Null: the name was given without a value. */
export const assignments = z.unknown().transform((value, ctx): Record<string, string | null> => {
  if (value === null) return {};
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, index) => assignment(item, index, ctx)));
  if (typeof value !== 'object') return fail(ctx, 'must be a map or a list of NAME=value', 'write NAME: value on a line of its own');
  return Object.fromEntries(
    Object.entries(value as object).map(([name, item]) => {
      const parsed = scalar.safeParse(item);
      if (!parsed.success) return fail(ctx, 'must be text, a number, true or false', 'quote the value', [name]);
      return [name, parsed.data === null ? null : String(parsed.data)];
    }),
  );
});

const assignment = (item: unknown, index: number, ctx: z.core.$RefinementCtx): [string, string | null] => {
  if (typeof item !== 'string' || item.startsWith('=') || item === '')
    return fail(ctx, 'is not NAME=value', 'write NAME=value', [index]) as never;
  const equals = item.indexOf('=');
  return equals < 0 ? [item, null] : [item.slice(0, equals), item.slice(equals + 1)];
};

export const serverName = z.unknown().transform((value, ctx): string => {
  const name = typeof value === 'string' ? value.toLowerCase() : '';
  return name === '_' || isServerName(name)
    ? name
    : fail(ctx, 'is not a server name', 'write example.com, *.example.com or _ for every name that no other service claims');
});

export const tag = written
  .transform(String)
  .transform((value, ctx): string =>
    /^[^\s,]{1,100}$/.test(value) ? value : fail(ctx, 'is not a tag', 'use up to 100 characters without blanks and commas'),
  );
