import type { DataSource } from 'typeorm';
import { LISTENER } from '#libs/domain/rollout';
import { type Beats, type Hearing, hearingOf } from '#libs/event-log/listening';
import { silenceRows } from './entities.ts';

/** More than any work runs through. */
const MOST = 200;

/** Whether somebody listens who ends deployments and waits, and when nobody did. */
export const readHearing = async (source: DataSource, beats: Beats): Promise<Hearing> => {
  const silences = source.getRepository(silenceRows).find({ where: { consumer: LISTENER }, order: { until: 'DESC' }, take: MOST });
  const [told, heard] = await Promise.all([silences, beats.heard(LISTENER)]);
  return hearingOf(
    told.map(({ since, until }) => ({ from: since, until })),
    heard,
  );
};
