import type { Instant, Output } from '#libs/contracts';

/** Output of containers, beside the log. Stored before the event that names it. */
export abstract class Attachments {
  /** The same text has the same name and is stored once. */
  abstract store(text: string, expires: Instant): Promise<Output>;
  /** Null when it expired or never was. */
  abstract fetch(sha256: string): Promise<string | null>;
}
