import type { BerthEvent } from '#libs/contracts';

/** Events in the order of their positions, without a gap inside the batch. At most 500; none says "read on". */
export interface FeedBatch {
  readonly events: readonly BerthEvent[];
}

export interface Subscription {
  /** Resolves when no handler runs any more. */
  close(): Promise<void>;
}

/**
 * Copies of the log's events. A subscription begins with what is appended after it; a reader that needs more, or meets
 * a gap, reads the log. An empty batch says that events may have been missed, or may not be followed by others that would show the gap: read
 * on. A batch is handed over when the handler of the one before has ended. A handler that throws gets the
 * same batch again after a pause.
 */
export abstract class Feed {
  abstract subscribe(consumer: string, handle: (batch: FeedBatch) => Promise<void>): Promise<Subscription>;
}
