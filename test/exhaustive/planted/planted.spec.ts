import { describe, expect, it } from 'vitest';
import { theJudge } from '../judge/judge.ts';
import { search } from '../search/search.ts';
import { planted } from './planted.ts';

describe('the search finds who', () => {
  it.each(planted)('$bug', ({ decisions, limits, from, breaks, last }) => {
    const { violation } = search({ from: from(), decisions, limits, judge: theJudge });
    expect(violation?.words[0]).toMatch(new RegExp(`^${breaks}`));
    expect(violation?.path.at(-1)?.label).toContain(last);
  });
});
