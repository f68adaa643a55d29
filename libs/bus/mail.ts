import type { HostId, MailAddress, MailMessage } from '#libs/contracts';
import type { Subscription } from './feed.ts';

/** Told of each message that was dropped because the agent of this host spoke for another one, or as a service. */
export type OnForged = (sender: HostId) => void;

/** Addressed, lossy and small. Nothing may depend on one message: whoever needs an answer asks again. */
export abstract class Mail {
  /** Never throws and never waits for the receiver. Messages from one sender to one address keep their order. */
  abstract send(to: MailAddress, message: MailMessage): void;
  /** One message at a time. What a handler throws is logged and the message is gone. `onForged` where senders are known. */
  abstract receive(address: MailAddress, handle: (message: MailMessage) => Promise<void>, onForged?: OnForged): Promise<Subscription>;
}
