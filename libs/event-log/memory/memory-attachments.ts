import type { Clock } from '#libs/clock';
import type { Instant, Output } from '#libs/contracts';
import { Attachments } from '../attachments.ts';
import { describeText } from '../describe-text.ts';

export class MemoryAttachments extends Attachments {
  readonly #clock: Clock;
  readonly #texts = new Map<string, { readonly text: string; readonly expires: Instant }>();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  async store(text: string, expires: Instant): Promise<Output> {
    const { bytes, ...described } = describeText(text);
    const latest = Math.max(expires, this.#texts.get(described.sha256)?.expires ?? expires);
    this.#texts.set(described.sha256, { text: bytes.toString(), expires: latest });
    return { ...described, bytes: bytes.length, expires: latest };
  }

  async fetch(sha256: string): Promise<string | null> {
    const found = this.#texts.get(sha256);
    return found && found.expires > this.#clock.now() ? found.text : null;
  }
}
