import type { Outcome } from '../drive/simulate.ts';
import { MARKS } from './marks.ts';
import type { Shrunk } from './shrink.ts';
import type { Verdict } from './verdict.ts';

const MOST = 4;

export const ofVerdict = ({ seed, violations, kinds }: Verdict): string =>
  [
    `seed ${seed} (${kinds.join(', ') || 'no harm'}):`,
    ...violations.slice(0, MOST).map((violation) => `  ${violation}`),
    `  again: npm run simulate -- --seed ${seed}        smaller: npm run simulate -- --seed ${seed} --shrink`,
  ].join('\n');

/** How many worlds came to each mark, and to which none did. */
export const ofMarks = (verdicts: readonly Verdict[]): { readonly lines: readonly string[]; readonly missing: readonly string[] } => {
  const worlds = new Map<string, number>(MARKS.map((mark) => [mark, 0]));
  for (const { marks } of verdicts) for (const mark of marks) worlds.set(mark, (worlds.get(mark) ?? 0) + 1);
  const missing = MARKS.filter((mark) => worlds.get(mark) === 0);
  const lines = [...worlds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([mark, count]) => `${String(count).padStart(6)}  ${mark}`);
  return { lines, missing };
};

/** One world, to be read from above: what was planned, what happened, what was broken. */
export const ofWorld = ({ seed, plan, lines, violations, hash }: Outcome): string =>
  [
    `world ${seed}: hosts ${plan.hosts.map(({ host }) => host).join(', ')}; ${plan.replicas} of each service; all heals at ${plan.healsAt / 1000} s`,
    ...plan.operations.map(({ id, kind, at }) => `  ${id.padEnd(14)} ${(at / 1000).toFixed(1).padStart(6)} s  ${kind}`),
    ...plan.faults.map(
      ({ id, kind, at, lasts }) =>
        `  ${id.padEnd(14)} ${(at / 1000).toFixed(1).padStart(6)} s  ${kind}, for ${(lasts / 1000).toFixed(1)} s`,
    ),
    ...['', ...lines, ''],
    ...(violations.length === 0 ? ['no claim was broken'] : violations),
    `trace ${hash.slice(0, 16)}`,
  ].join('\n');

export const ofShrunk = (seed: number, { without, left, lives }: Shrunk): string =>
  [
    `${lives} lives; it still fails with ${left.join(', ') || 'nothing but a host'}`,
    `again: npm run simulate -- --seed ${seed}${without.length > 0 ? ` --without ${without.join(',')}` : ''}`,
  ].join('\n');
