import type { Head } from './event-log.ts';
import { chainHash, GENESIS, type StoredEvent } from './stored.ts';

/** A log that shows its events as it keeps them. */
export interface Chained {
  head(): Promise<Head>;
  /** Up to `limit` events after the position, oldest first. */
  readStored(after: number, limit: number): Promise<readonly StoredEvent[]>;
}

export type ChainVerdict =
  | { readonly status: 'intact'; readonly position: number; readonly hash: string }
  /** `position` is the first that is not what was appended. */
  | { readonly status: 'broken'; readonly position: number; readonly fault: string };

const PAGE = 1000;

/** Reads everything up to the head and says where the chain breaks: an event was changed, removed, added or moved. */
export const verifyChain = async (log: Chained): Promise<ChainVerdict> => {
  const head = await log.head();
  let hash = GENESIS;
  for (let position = 0; position < head.position; ) {
    const page = await log.readStored(position, Math.min(PAGE, head.position - position));
    if (page.length === 0) return broken(position + 1, 'it and all after it are missing');
    for (const event of page) {
      position += 1;
      if (event.position !== position) return broken(position, `position ${event.position} stands in its place`);
      hash = chainHash(hash, event);
      if (event.hash !== hash) return broken(position, 'its columns do not fit its hash');
    }
  }
  return head.hash === hash ? { status: 'intact', position: head.position, hash } : broken(head.position, 'the head has another hash');
};

const broken = (position: number, fault: string): ChainVerdict => ({ status: 'broken', position, fault });
