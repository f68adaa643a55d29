import { readFileSync } from 'node:fs';
import { type Document, isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { Rejected, stackName } from '#libs/contracts';
import { Access } from './access.ts';

const grant = z.strictObject({
  role: z.enum(['deploy'], { error: 'use deploy' }),
  stacks: z.array(stackName, { error: 'list the stacks, for example [shop]' }).min(1, 'name at least one stack'),
});
const access = z.strictObject(
  { users: z.record(z.string().min(1), grant, { error: 'name each user with its role and stacks' }) },
  { error: (issue) => (issue.code === 'invalid_type' ? 'write users: and below it each user with its role and stacks' : undefined) },
);

/** Throws `Rejected` where the file can't be read: a file that was named and is not there lets nobody in by mistake. */
export const readAccessFile = (path: string): Access => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Rejected(`read ${path}, which BERTH_ACCESS_FILE names: it can't be opened`, { cause });
  }
  return readAccess(text, path);
};

/** YAML or JSON. Throws one `Rejected` that lists every fault with its line. `file`: as it is named in faults. */
export const readAccess = (text: string, file: string): Access => {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): number => lines.linePos(offset).line || 1;
  const refuse = (faults: readonly string[]): Rejected =>
    new Rejected(`read access file:\n${faults.map((fault) => `  ${file}:${fault}`).join('\n')}`);
  if (doc.errors.length > 0) throw refuse(doc.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  const parsed = access.safeParse(plain(doc, refuse));
  if (parsed.success) return new Access(new Map(Object.entries(parsed.data.users)));
  const faults = parsed.error.issues.flatMap(faultsOf);
  throw refuse(faults.map(({ path, words }) => `${at(offsetOf(doc, path))}: ${words}`));
};

const plain = (doc: Document, refuse: (faults: readonly string[]) => Rejected): unknown => {
  try {
    return doc.toJS();
  } catch (cause) {
    throw refuse([`1: ${(cause as Error).message}`]);
  }
};

const faultsOf = (issue: z.core.$ZodIssue): readonly { readonly path: readonly PropertyKey[]; readonly words: string }[] => {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], words: `${[...path, key].join('.')}: remove it, it is not known here` }));
  return [{ path, words: path.length === 0 ? issue.message : `${path.join('.')}: ${issue.message}` }];
};

/** Where the path stands, or else the nearest of its parents that does. */
const offsetOf = (doc: Document, path: readonly PropertyKey[]): number => {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? doc.contents : doc.getIn(path.slice(0, length - 1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => String((pair.key as Node & { value?: unknown }).value) === path[length - 1])?.key
      : null;
    const node = (key ?? doc.getIn(path.slice(0, length), true)) as Node | null | undefined;
    if (node?.range) return node.range[0];
  }
  return (doc.contents as Node | null)?.range?.[0] ?? 0;
};
