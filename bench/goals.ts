import { readFileSync } from 'node:fs';

/** By area, then by a figure's id; null: it must be printed and is not judged. */
export type Goals = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

const read = (): Goals => JSON.parse(readFileSync(new URL('./goals.json', import.meta.url), 'utf8'));

export const goalsOf = (area: string): Readonly<Record<string, number | null>> => read()[area] ?? {};
