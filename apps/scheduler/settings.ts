import type { z } from 'zod';
import { Rejected } from '#libs/contracts';
import { PATIENCE, type Patience } from '#libs/domain/fleet';
import { duration } from '#libs/settings';

export const schedulerVariables = {
  BERTH_SUSPECT_AFTER: duration.prefault('5s'),
  BERTH_LOST_AFTER: duration.prefault('30s'),
  BERTH_LOSS_INTERVAL: duration.prefault('10s'),
};

/** What is read by `schedulerVariables`, in the scheduler's words. Throws where a host would be lost before it is suspected. */
export const patienceOf = (read: z.infer<z.ZodObject<typeof schedulerVariables>>): Patience => {
  const { BERTH_SUSPECT_AFTER: suspectMs, BERTH_LOST_AFTER: lostMs, BERTH_LOSS_INTERVAL: betweenLossesMs } = read;
  if (suspectMs < LEAST_MS || lostMs <= suspectMs)
    throw new Rejected(`read settings:\n  BERTH_LOST_AFTER: use more than BERTH_SUSPECT_AFTER, and for that at least ${LEAST_MS / 1000}s`);
  return { ...PATIENCE, suspectMs, lostMs, betweenLossesMs };
};

/** A host is heard each second. */
const LEAST_MS = 2000;
