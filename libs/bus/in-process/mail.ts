import type { MailAddress, MailMessage } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import { Mail } from '../mail.ts';

const MAX_WAITING = 1000;

interface Box {
  readonly waiting: MailMessage[];
  ring: () => void;
}

/** A queue per address. What is sent to nobody, or to a full queue, is lost; under test it loses what `loses` says. */
export class InProcessMail extends Mail {
  readonly #boxes = new Map<MailAddress, Box>();
  readonly #report: (problem: string, cause: unknown) => void;
  readonly #loses: (to: MailAddress, message: MailMessage) => boolean;

  constructor(report: (problem: string, cause: unknown) => void, loses: (to: MailAddress, message: MailMessage) => boolean = () => false) {
    super();
    this.#report = report;
    this.#loses = loses;
  }

  send(to: MailAddress, message: MailMessage): void {
    const box = this.#boxes.get(to);
    if (!box || box.waiting.length >= MAX_WAITING || this.#loses(to, message)) return;
    // The receiver gets a copy, as it would over a wire.
    box.waiting.push(structuredClone(message));
    box.ring();
  }

  async receive(address: MailAddress, handle: (message: MailMessage) => Promise<void>): Promise<Subscription> {
    const box: Box = { waiting: [], ring: () => undefined };
    this.#boxes.set(address, box);
    let isOpen = true;
    const run = async (): Promise<void> => {
      while (isOpen) {
        const message = box.waiting.shift();
        if (message === undefined) await rung(box);
        else await handle(message).catch((cause: unknown) => this.#report(`mail ${message.type} to ${address}`, cause));
      }
    };
    const running = run();
    return {
      close: async () => {
        isOpen = false;
        if (this.#boxes.get(address) === box) this.#boxes.delete(address);
        box.ring();
        await running;
      },
    };
  }
}

const rung = (box: Box): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  box.ring = resolve;
  return promise;
};
