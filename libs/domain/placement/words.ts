import type { Considered } from '#libs/contracts';
import type { ImageById } from '../stack/index.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** `512 MiB`, `1.5 GiB`; rounded down, so that it never promises room that is not there. */
export const bytesText = (bytes: number): string => {
  const free = Math.max(0, bytes);
  if (free >= GIB) return `${Math.floor((free / GIB) * 10) / 10} GiB`;
  return free >= MIB ? `${Math.floor(free / MIB)} MiB` : `${free} bytes`;
};

export const cpusText = (milliCpus: number): string => `${Math.max(0, milliCpus) / 1000} CPUs`;

/** `shop-web (1a2b3c4d5e6f)`: by its name and the first of its id. */
export const imageText = ({ id, reference }: ImageById): string => {
  const short = id.slice('sha256:'.length, 'sha256:'.length + 12);
  return reference === id ? short : `${reference} (${short})`;
};

/** `a, b and c`. */
export const listed = (words: readonly string[], last = 'and'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

/** `lacks tag gpu: h1, h2, h3 and 3997 more`, for each filter that left hosts out. */
export const leftOut = ({ excluded }: Considered): readonly string[] =>
  excluded.map(
    ({ reason, count, hosts }) => `${reason}: ${hosts.join(', ')}${count > hosts.length ? ` and ${count - hosts.length} more` : ''}`,
  );

/** The known word that a mistyped one most likely meant; null when none is near. Ties go to the first in order. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near = [...new Set(known)]
    .sort()
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate ?? null;
};

/** Levenshtein: insertions, deletions and replacements from one word to the other. */
const editDistance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
};
