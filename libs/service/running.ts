/** An app that was started. */
export interface Running {
  /** It has read the log up to here. */
  readonly position: () => number;
  /** Ends what runs and waits for it. */
  close(): Promise<void>;
}

/** A process of ours, once its app runs. */
export interface Alive {
  /** Null when it does its work, else what keeps it from that. Throws when what it needs can't be reached. */
  readonly hindrance: () => Promise<string | null>;
  /** What a person may want to know beside that, named; shown whether it is ready or not. */
  readonly figures?: () => Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}
