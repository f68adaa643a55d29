import { interpolate, type Lookup } from './interpolate.ts';

const LINE = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:=\s*(.*))?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads a `.env` file: `NAME=value`, `export`, comments, 'taken as it is', "with escapes and ${VARIABLES}". What the
 * environment sets wins over it. Lines that are no assignment are left out.
 */
export const parseDotEnv = (text: string, environment: Lookup = () => undefined): Record<string, string> => {
  const values: Record<string, string> = {};
  const lookup: Lookup = (name) => environment(name) ?? values[name];
  for (const line of text.split(/\r?\n/)) {
    const match = LINE.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values[match[1]] = readValue(match[2].trim(), lookup);
  }
  return values;
};

const readValue = (written: string, lookup: Lookup): string => {
  const single = /^'([^']*)'/.exec(written);
  if (single) return single[1] ?? '';
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(written);
  if (double) return interpolate(unescaped(double[1] ?? ''), lookup).text;
  return interpolate(written.replace(/(^|\s+)#.*$/, '').trim(), lookup).text;
};

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? (letter === '$' ? '$$' : letter));
