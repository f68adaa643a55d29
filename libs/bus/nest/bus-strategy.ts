import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { MailAddress } from '#libs/contracts';
import type { Feed, Subscription } from '../feed.ts';
import type { Mail } from '../mail.ts';
import type { Turns } from '../turns.ts';

/** Patterns for `@EventPattern`: an app has at most one handler of each. */
export const FEED = 'feed';
export const MAIL = 'mail';
export const TURN = 'turn';

export interface BusStrategyOptions {
  readonly feed: Feed;
  readonly mail: Mail;
  /** Where the replicas of a service share its work. Without it no handler of turns is called. */
  readonly turns?: Turns | undefined;
  readonly consumer: string;
  /** Where the app takes mail; an app without a mail handler needs none. */
  readonly address?: MailAddress;
}

/** Brings feed, mail and turns to an app's handlers. A handler's error reaches the bus as it was thrown (see `rethrow`). */
export class BusStrategy extends Server implements CustomTransportStrategy {
  readonly #options: BusStrategyOptions;
  readonly #subscriptions: Subscription[] = [];

  constructor(options: BusStrategyOptions) {
    super();
    this.#options = options;
  }

  listen(ready: (error?: unknown) => void): void {
    this.#subscribe().then(() => ready(), ready);
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.splice(0).map((subscription) => subscription.close()));
  }

  on(): never {
    throw new Error('listen to bus events: this transport has none');
  }

  unwrap<T>(): T {
    return this.#options as T;
  }

  async #subscribe(): Promise<void> {
    const { feed, mail, turns, consumer, address } = this.#options;
    if (this.messageHandlers.has(FEED)) this.#subscriptions.push(await feed.subscribe(consumer, (batch) => this.#call(FEED, batch)));
    if (this.messageHandlers.has(MAIL) && address)
      this.#subscriptions.push(await mail.receive(address, (message) => this.#call(MAIL, message)));
    if (this.messageHandlers.has(TURN) && turns) this.#subscriptions.push(await turns.take(consumer, (batch) => this.#call(TURN, batch)));
  }

  async #call(pattern: string, payload: unknown): Promise<void> {
    const handler = this.messageHandlers.get(pattern);
    const answer: unknown = await handler?.(payload);
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
  }
}
