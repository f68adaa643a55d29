import { z } from 'zod';
import { signal as signalName } from '#libs/contracts';
import { parseMatch } from '../server-names.ts';
import { parseBytes, parseDuration, parseMilliCpus, parseStatusRange, parseStopSequence, splitWords } from '../values.ts';
import { anything, fail, type Hint } from './objects.ts';

/** Fields of the grammar. Numbers may also be written as text, since `${VAR}` always gives text; an editor sees it before that. */

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const written = z.union([z.string(), z.number()], { error: () => 'must be text or a number' });

/** Text of this pattern, or with a variable in it. */
const like = (pattern: string): Hint => ({ type: ['string', 'number'], pattern: `^(?:${pattern})$|\\$` });

const DURATION = '0|(\\d+(\\.\\d+)?(us|ms|s|m|h))+';
const PORT = '\\d{1,5}';

export const reader = <T>(read: (text: string) => T | null, message: string, fix: string, hint: Hint) =>
  anything(hint).transform((value, ctx): T => {
    const read_ = typeof value === 'string' || typeof value === 'number' ? read(String(value).trim()) : null;
    return read_ ?? fail(ctx, message, fix);
  });

export const text = z.string().min(1, 'must not be empty');

export const duration = reader(parseDuration, 'is not a time', 'write it as 10s, 500ms or 1m30s', like(DURATION));
export const bytes = reader(
  parseBytes,
  'is not a size',
  'write it as 256m, 1g or a number of bytes above 0',
  like('\\d+(\\.\\d+)?\\s*[kmgtKMGT]?([iI]?[bB])?'),
);
export const cpus = reader(parseMilliCpus, 'is not a share of cores', "write it as '0.5' or '2', above 0", like('\\d*\\.?\\d+'));

const whole = (least: number, most: number) => (text_: string) =>
  /^\d{1,9}$/.test(text_) && Number(text_) >= least && Number(text_) <= most ? Number(text_) : null;

export const portNumber = reader(whole(1, 65535), 'is not a port', 'use a number from 1 to 65535', like(PORT));
export const count = (least: number, most: number) =>
  reader(whole(least, most), 'is not a count', `use a whole number from ${least} to ${most}`, like('\\d{1,9}'));
export const ratio = reader(
  (text_) => (/^(0|1|0?\.\d+|1\.0+|0\.0+)$/.test(text_) ? Number(text_) : null),
  'is not a share',
  'use a number from 0 to 1',
  like('0|1|0?\\.\\d+|1\\.0+'),
);

export const flag = anything({ anyOf: [{ type: 'boolean' }, { type: 'string', pattern: '^(true|false)$|\\$' }] }).transform(
  (value, ctx): boolean => {
    if (typeof value === 'boolean') return value;
    return value === 'true' || value === 'false' ? value === 'true' : fail(ctx, 'is neither true nor false', 'write true or false');
  },
);

/** One of a few words. */
export const choice = <const Word extends string>(...words_: readonly Word[]) =>
  anything({ anyOf: [{ enum: words_ }, { type: 'string', pattern: '\\$' }] }).transform((value, ctx): Word => {
    if (words_.includes(value as Word)) return value as Word;
    return fail(ctx, 'has a value that is not known', `use ${words_.join(' or ')}`);
  });

export const signal = reader(
  (text_) => signalName.safeParse(text_).data ?? null,
  'is not a signal that a container can be sent',
  'write it without SIG, for example USR1',
  like(signalName.options.join('|')),
);

const STEP = `(0|\\d+(\\.\\d+)?[smh]|${signalName.options.join('|')})`;
export const stopSequence = reader(
  parseStopSequence,
  'is not a sequence of waits and signals',
  'write waits (s, m, h) and signals without SIG by turns, for example 1m:USR2:30s:USR1:50s',
  like(`${STEP}(:${STEP})*`),
);

export const statusRange = reader(
  parseStatusRange,
  'is not a range of HTTP statuses',
  'write 200 or 300-399',
  like('[1-5]\\d\\d(-[1-5]\\d\\d)?'),
);

const WORDS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }] };

/** A string is parted as a shell would, without running one. */
export const words = anything(WORDS).transform((value, ctx): string[] | null => {
  if (value === null) return null;
  if (typeof value === 'string') return splitWords(value) ?? fail(ctx, 'has a quote that is never closed', 'close the quote');
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return fail(ctx, 'must be text or a list of text', "quote each word, for example ['node', 'server.mjs']");
});

const SCALAR = { type: ['string', 'number', 'boolean', 'null'] };
const ASSIGNMENTS = {
  anyOf: [
    { type: 'object', additionalProperties: SCALAR },
    { type: 'array', items: { type: 'string', pattern: '^[^=]' } },
    { type: 'null' },
  ],
};

/** A map or a list of `NAME=value`. Null: the name was given without a value. */
export const assignments = anything(ASSIGNMENTS).transform((value, ctx): Record<string, string | null> => {
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

export const serverMatch = anything({ type: 'string', pattern: '^(_|(\\*\\.)?[A-Za-z0-9.-]+)(/[A-Za-z0-9._~/-]*)?$|\\$' }).transform(
  (value, ctx) =>
    (typeof value === 'string' ? parseMatch(value) : null) ??
    fail(
      ctx,
      'is not a server name, with or without a path',
      'write example.com, *.example.com, example.com/api, or _ for every name that no other service claims',
    ),
);

const TAG = '[^\\s,]{1,100}';
export const tag = written
  .transform(String)
  .transform((value, ctx): string =>
    /^[^\s,]{1,100}$/.test(value) ? value : fail(ctx, 'is not a tag', 'use up to 100 characters without blanks and commas'),
  );
export const tagKey = reader(
  (text_) => (/^[^\s,=:]{1,100}$/.test(text_) ? text_ : null),
  'is not the key of a tag',
  'write what stands before = or : in the tags of your hosts, for example region',
  like(TAG),
);

/** An absolute path in the container. */
export const target = anything({ type: 'string', pattern: '^/|\\$' }).transform((value, ctx): string =>
  typeof value === 'string' && value.startsWith('/') ? value : fail(ctx, 'is not a path in the container', 'begin it with /'),
);
