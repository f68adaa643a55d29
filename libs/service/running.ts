/** An app that was started. */
export interface Running {
  /** It has read the log up to here. */
  readonly position: () => number;
  /** Ends what runs and waits for it. */
  close(): Promise<void>;
}
