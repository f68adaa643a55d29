import type { Diff, Difference } from '#libs/contracts';
import { query } from '../api/api.ts';
import { momentText } from '../at/at.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

export interface DiffOptions {
  readonly stack?: string | undefined;
  readonly json: boolean;
}

/** Prints what is another at two moments, or of two versions. */
export const diff = async ({ api, terminal }: Context, from: string, to: string, { stack, json }: DiffOptions): Promise<ExitCode> => {
  const answer = await api.get<Diff>(`/v1/diff${query({ from, to, stack })}`);
  if (!json) terminal.note(`from ${momentText(answer.from)}, to ${momentText(answer.to)}`);
  for (const line of json ? [JSON.stringify(answer)] : diffLines(answer)) terminal.data(line);
  if (answer.differences.length === 0 && !json) terminal.note('nothing is another');
  return EXIT.ok;
};

/** By stack and kind: `+` came, `-` went, `~` is another. */
export const diffLines = ({ differences }: Pick<Diff, 'differences'> & Partial<Diff>): readonly string[] =>
  [...Map.groupBy(differences, ({ stack, about }) => `${stack}: ${about}`)].flatMap(([title, group]) => [title, ...group.map(lineOf)]);

const lineOf = ({ what, before, after }: Difference): string => {
  if (before === null) return `  + ${what}: ${after}`;
  if (after === null) return `  - ${what}: ${before}`;
  return before === after ? `  ~ ${what}: changed (${after})` : `  ~ ${what}: ${before} → ${after}`;
};
