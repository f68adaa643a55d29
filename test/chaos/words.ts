import type { Outcome } from './round.ts';

/** One line for a person who waits. */
export const lineOf = ({ round, isStruck, promoted, failed, seconds, requests, faults }: Outcome): string => {
  const what = `${round.harm.name} at ${round.step}`.padEnd(58);
  const how = isStruck ? '' : '  (the step did not come)';
  const ends = `${promoted} promoted${failed > 0 ? `, ${failed} failed` : ''}`;
  const asked = requests > 0 ? `, ${requests} requests` : '';
  return [
    `${faults.length === 0 ? 'held  ' : 'BROKEN'}  ${what} ${round.wish.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${ends}${asked}${how}`,
    ...faults.map((fault) => `          ${fault}`),
  ].join('\n');
};

export const summaryOf = (outcomes: readonly Outcome[]): string => {
  const broken = outcomes.filter(({ faults }) => faults.length > 0).length;
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return `${outcomes.length} rounds, ${sum((o) => o.promoted)} versions promoted, ${sum((o) => o.failed)} deployments failed, ${sum((o) => o.requests)} requests; ${broken === 0 ? 'everything held' : `${broken} rounds broken`}`;
};
