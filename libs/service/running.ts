/** An app that was started. */
export interface Running {
  /** It has read the log up to here. */
  readonly position: () => number;
  /** What keeps it from its work, in words; null when nothing does. */
  readonly hindrance?: () => string | null;
  /** What somebody should know though it does its work. */
  readonly remarks?: () => readonly string[];
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
