import type { Why, WhyNode } from '#libs/contracts';
import { isoText } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

export interface WhyOptions {
  readonly json: boolean;
}

/** Prints why something happened: first in sentences, then the tree from what nothing led to. */
export const why = async ({ api, terminal }: Context, id: string, { json }: WhyOptions): Promise<ExitCode> => {
  const answer = await api.get<Why>(`/v1/why/${encodeURIComponent(id)}`);
  for (const line of json ? [JSON.stringify(answer)] : whyLines(answer)) terminal.data(line);
  if (answer.isCut && !json) terminal.note('there is more: only the first events were looked at');
  return EXIT.ok;
};

export const whyLines = ({ says, roots }: Why): readonly string[] => [...says, '', ...roots.flatMap((root) => nodeLines(root, '', ''))];

/** An effect is indented below its cause; `>` marks what was asked about. */
const nodeLines = (node: WhyNode, first: string, rest: string): readonly string[] => {
  const below = [
    ...node.effects.map((effect) => (lead: string, indent: string) => nodeLines(effect, lead, indent)),
    ...node.more.map(({ type, count }) => (lead: string) => [`${lead}${count} more ${type}, each with what followed`]),
  ];
  const inset = below.length > 0 ? '│ ' : '  ';
  return [
    `${first}${node.isSubject ? '> ' : ''}${timeOf(node)} ${node.type}: ${node.says}`,
    ...(node.why === null ? [] : [`${rest}${inset}because: ${node.why.replaceAll(/\s+/g, ' ')}`]),
    ...below.flatMap((lines, index) => {
      const isLast = index === below.length - 1;
      return lines(`${rest}${isLast ? '└ ' : '├ '}`, `${rest}${isLast ? '  ' : '│ '}`);
    }),
  ];
};

const timeOf = ({ at }: WhyNode): string => isoText(at).slice(11, 23);
