import type { EventQuery } from './event-log.ts';

const USUAL_LIMIT = 100;
const HIGHEST_LIMIT = 1000;

export const limitOf = ({ limit = USUAL_LIMIT }: EventQuery): number => Math.max(0, Math.min(limit, HIGHEST_LIMIT));

/** What an item with a checkpoint that stands elsewhere is told: it conflicts with this, which is no stream. */
export const checkpointName = (consumer: string, lane: number): string => `checkpoint/${consumer}/${lane}`;
