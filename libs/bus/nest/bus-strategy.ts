import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { HostId, MailAddress } from '#libs/contracts';
import type { Feed, Subscription } from '../feed.ts';
import type { Mail } from '../mail.ts';
import type { Turns } from '../turns.ts';

/** Patterns for `@EventPattern`: an app has at most one handler of each. */
export const FEED = 'feed';
export const MAIL = 'mail';
export const TURN = 'turn';
/** The host whose agent spoke for another one. */
export const FORGED = 'forged';

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
  #turns: Subscription | null = null;
  /** What was begun with the turns, one after another. */
  #turning: Promise<void> = Promise.resolve();
  #isWilling = true;
  #isOpen = false;

  constructor(options: BusStrategyOptions) {
    super();
    this.#options = options;
  }

  listen(ready: (error?: unknown) => void): void {
    this.#subscribe().then(() => ready(), ready);
  }

  /** Takes no turns while it is told so: other replicas get them, and what this one had not ended. */
  takeTurns(isWilling: boolean): void {
    this.#isWilling = isWilling;
    this.#turning = this.#turning.then(() => this.#turn()).catch((cause: unknown) => this.logger.error(`take turns: ${cause}`));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#turning;
    await this.#turns?.close();
    await Promise.all(this.#subscriptions.splice(0).map((subscription) => subscription.close()));
  }

  on(): never {
    throw new Error('listen to bus events: this transport has none');
  }

  unwrap<T>(): T {
    return this.#options as T;
  }

  async #subscribe(): Promise<void> {
    const { feed, consumer, address } = this.#options;
    if (this.messageHandlers.has(FEED)) this.#subscriptions.push(await feed.subscribe(consumer, (batch) => this.#call(FEED, batch)));
    if (this.messageHandlers.has(MAIL) && address) this.#subscriptions.push(await this.#receive(address));
    this.#isOpen = true;
    await this.#turn();
  }

  #receive(address: MailAddress): Promise<Subscription> {
    const tell = (host: HostId): void => void this.#call(FORGED, host).catch((cause) => this.logger.error(`tell of forged mail: ${cause}`));
    return this.#options.mail.receive(address, (message) => this.#call(MAIL, message), tell);
  }

  async #turn(): Promise<void> {
    const { turns, consumer } = this.#options;
    if (!turns || !this.#isOpen || !this.messageHandlers.has(TURN)) return;
    if (this.#isWilling) this.#turns ??= await turns.take(consumer, (batch) => this.#call(TURN, batch));
    else {
      const taken = this.#turns;
      this.#turns = null;
      await taken?.close();
    }
  }

  async #call(pattern: string, payload: unknown): Promise<void> {
    const handler = this.messageHandlers.get(pattern);
    const answer: unknown = await handler?.(payload);
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
  }
}
