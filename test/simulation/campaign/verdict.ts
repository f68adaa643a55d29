import type { Outcome } from '../drive/simulate.ts';

export interface Task {
  readonly seed: number;
  readonly without: readonly string[];
  /** Lived twice, to see that both lives are the same. */
  readonly isTwice: boolean;
}

/** What a campaign keeps of a world. */
export interface Verdict {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly marks: readonly string[];
  readonly kinds: readonly string[];
}

export const toVerdict = ({ seed, violations, marks, plan, hash }: Outcome, again: Outcome): Verdict => ({
  ...{ seed, marks, kinds: [...new Set(plan.faults.map(({ kind }) => kind))] },
  violations: again.hash === hash ? violations : [...violations, 'same seed: the world lived another life the second time'],
});

/** `I6` of `I6: the door …`. */
export const claimOf = (violation: string): string => violation.slice(0, violation.indexOf(':'));
