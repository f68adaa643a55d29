import type { MailAddress, MailMessage } from '#libs/contracts';
import type { Subscription } from './feed.ts';

/** Addressed, lossy and small. Nothing may depend on one message: whoever needs an answer asks again. */
export abstract class Mail {
  /** Never throws and never waits for the receiver. Messages from one sender to one address keep their order. */
  abstract send(to: MailAddress, message: MailMessage): void;
  /** One message at a time. What a handler throws is logged and the message is gone. */
  abstract receive(address: MailAddress, handle: (message: MailMessage) => Promise<void>): Promise<Subscription>;
}
