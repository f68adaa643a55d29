/** What a variable is worth; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface Interpolated {
  readonly text: string;
  /** Variables that are not set and have no default: they became nothing, as in Compose. */
  readonly unset: readonly string[];
  /** Why the text can't be used. */
  readonly error: { readonly message: string; readonly fix: string } | null;
}

/** Compose's `$VAR`, `${VAR}`, `${VAR:-x}`, `${VAR-x}`, `${VAR:?why}`, `${VAR?why}`, `${VAR:+x}`, `${VAR+x}`, nested, and `$$`. */
export const interpolate = (text: string, lookup: Lookup): Interpolated => {
  const unset: string[] = [];
  try {
    const { text: result } = expand({ text, lookup, unset }, 0, false);
    return { text: result, unset, error: null };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { text, unset: [], error: { message: error.message, fix: error.fix } };
  }
};

class Malformed extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

interface Source {
  readonly text: string;
  readonly lookup: Lookup;
  readonly unset: string[];
}

interface Expanded {
  readonly text: string;
  /** Where to read on. */
  readonly next: number;
}

const PLAIN = /[^$}]+/y;
const NAME = /\$([A-Za-z_]\w*)/y;
const OPENED = /\$\{([A-Za-z_]\w*)(:?[-?+])?/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Up to the end, or to the brace that closes the variable around it. */
const expand = (source: Source, from: number, isNested: boolean): Expanded => {
  let [result, next] = ['', from];
  while (next < source.text.length && !(isNested && source.text[next] === '}')) {
    const piece = pieceAt(source, next);
    result += piece.text;
    next = piece.next;
  }
  return { text: result, next };
};

const pieceAt = (source: Source, at: number): Expanded => {
  const { text } = source;
  const plain = matchAt(PLAIN, text, at)?.[0] ?? (text[at] === '}' ? '}' : null);
  if (plain !== null) return { text: plain, next: at + plain.length };
  if (text.startsWith('$$', at)) return { text: '$', next: at + 2 };
  const name = matchAt(NAME, text, at);
  if (name) return { text: variable(source, name[1] ?? ''), next: at + name[0].length };
  return braced(source, at);
};

const braced = (source: Source, at: number): Expanded => {
  const opened = matchAt(OPENED, source.text, at);
  if (!opened) throw new Malformed('has a $ that begins no variable', 'write $$ for a plain $');
  const [whole, name = '', operator = ''] = opened;
  // What a branch not taken leaves unset is nobody's business.
  const quiet: Source = { ...source, unset: [] };
  const word = operator === '' ? { text: '', next: at + whole.length } : expand(quiet, at + whole.length, true);
  if (source.text[word.next] !== '}') throw new Malformed(`has a \${${name} that is never closed`, 'close it with }');
  const value = source.lookup(name);
  const isThere = value !== undefined && !(operator.startsWith(':') && value === '');
  const next = word.next + 1;
  if (operator === '') return { text: variable(source, name), next };
  if (operator.endsWith('+')) return { text: isThere ? word.text : '', next };
  if (isThere) return { text: value, next };
  if (operator.endsWith('?'))
    throw new Malformed(`needs the variable ${name}: ${word.text || 'it is not set'}`, `set ${name} in the environment or in .env`);
  source.unset.push(...quiet.unset);
  return { text: word.text, next };
};

const variable = ({ lookup, unset }: Source, name: string): string => {
  const value = lookup(name);
  if (value === undefined) unset.push(name);
  return value ?? '';
};
