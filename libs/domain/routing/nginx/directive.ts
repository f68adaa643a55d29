/** One Nginx directive. Text becomes part of a file only through `serialize`, which quotes every argument. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | null;
}

export const line = (name: string, ...args: readonly string[]): Directive => ({ name, args, block: null });

export const block = (name: string, args: readonly string[], inside: readonly Directive[]): Directive => ({ name, args, block: inside });

export const serialize = (directives: readonly Directive[], indent = ''): string =>
  directives.map((directive) => `${indent}${textOf(directive, indent)}\n`).join('');

const textOf = ({ name, args, block: inside }: Directive, indent: string): string => {
  const head = [/^[a-z_]+$/.test(name) ? name : quote(name), ...args.map(quote)].join(' ');
  return inside === null ? `${head};` : `${head} {\n${serialize(inside, `${indent}  `)}${indent}}`;
};

/** Throws on what no argument of ours has: control characters, which Nginx would take as white space or as the end. */
const quote = (text: string): string => {
  for (const letter of text)
    if (letter < ' ' || letter === '\u007f') throw new Error(`quote ${JSON.stringify(text)}: it has a control character`);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
};
