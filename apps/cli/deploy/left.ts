import type { Context } from '../context.ts';
import { leftText } from '../print/left.ts';
import type { Progress } from './progress.ts';

/** A person who wants to leave is not kept longer by an API that does not answer. */
const PATIENCE_MS = 2000;

/** `; 412 s of listening left`. Empty while no deadline runs, and where the API does not say. */
export const leftOfDeadline = async ({ api, clock }: Pick<Context, 'api' | 'clock'>, { deployment }: Progress): Promise<string> => {
  const patience = new AbortController();
  const timer = clock.after(PATIENCE_MS, () => patience.abort());
  try {
    const { left } = await api.deployment(deployment, patience.signal);
    return left ? `; ${leftText('the deadline', left, clock.now())}` : '';
  } catch {
    return '';
  } finally {
    timer.cancel();
  }
};
