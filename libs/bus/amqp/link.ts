import { type Channel, type ChannelModel, type ConfirmChannel, connect, type RecoveringChannelModel } from 'amqplib';
import type { Clock } from '#libs/clock';

export interface LinkOptions {
  readonly url: string;
  /** For people who look at the broker's connections. */
  readonly name: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** Asserts what has to be there, at each new connection. */
  readonly prepare?: (channel: Channel) => Promise<void>;
}

/** A frozen process is found out after two of these. */
const HEARTBEAT_SECONDS = 5;
const CONNECT_MS = 5000;
/** A broker that does not answer a goodbye. */
const GOODBYE_MS = 2000;

/** A connection that comes back by itself. */
export class Link {
  /** As whom the broker knows us. */
  readonly user: string;
  readonly #model: RecoveringChannelModel;
  readonly #options: LinkOptions;
  #isConnected = false;
  #isBlocked = false;
  #isClosed = false;
  #onRoom: () => void = () => undefined;

  /** Resolves when the first attempt has succeeded or failed. */
  static async open(options: LinkOptions): Promise<Link> {
    const url = new URL(options.url);
    url.searchParams.set('heartbeat', `${HEARTBEAT_SECONDS}`);
    const model = await connect(url.href, {
      timeout: CONNECT_MS,
      noDelay: true,
      clientProperties: { connection_name: options.name },
      recovery: {
        initialDelay: 100,
        maxDelay: 2000,
        waitForConnect: false,
        setup: (connected: ChannelModel) => prepared(connected, options),
      },
    });
    const link = new Link(model, options, decodeURIComponent(url.username));
    await new Promise<void>((resolve) => {
      model.once('connect', () => resolve());
      model.once('connect-failed', () => resolve());
    });
    return link;
  }

  private constructor(model: RecoveringChannelModel, options: LinkOptions, user: string) {
    this.#model = model;
    this.#options = options;
    this.user = user;
    this.#watch();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** The broker has no room: it takes nothing that is published here. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Called when the broker takes messages again. */
  onRoom(call: () => void): void {
    this.#onRoom = call;
  }

  /** Waits for the connection. */
  openChannel(): Promise<ConfirmChannel> {
    return this.#model.createConfirmChannel();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const impatience = new AbortController();
    const goodbye = this.#model.close().finally(() => impatience.abort());
    await Promise.race([goodbye, this.#options.clock.sleep(GOODBYE_MS, impatience.signal).catch(() => undefined)]);
    this.#isConnected = false;
  }

  #watch(): void {
    const { name, report } = this.#options;
    let isTold = false;
    const tell = (problem: string, cause: unknown): void => {
      if (!isTold && !this.#isClosed) report(`${problem} (${name})`, cause);
      isTold = true;
    };
    this.#model.on('connect', () => {
      isTold = false;
      this.#isConnected = true;
    });
    this.#model.on('disconnect', (cause: Error) => {
      this.#isConnected = false;
      this.#isBlocked = false;
      tell('lose connection to broker', cause);
    });
    this.#model.on('connect-failed', (cause: Error) => tell('connect to broker', cause));
    // Said before `disconnect`, which tells it.
    this.#model.on('error', () => undefined);
    this.#model.on('blocked', (reason: string) => {
      this.#isBlocked = true;
      report(`wait for room at the broker (${name})`, new Error(reason));
    });
    this.#model.on('unblocked', () => {
      this.#isBlocked = false;
      this.#onRoom();
    });
  }
}

const prepared = async (connected: ChannelModel, { prepare }: LinkOptions): Promise<void> => {
  // The model listens for errors only after this: without a listener one would end the process.
  connected.on('error', () => undefined);
  if (!prepare) return;
  const channel = await connected.createChannel();
  channel.on('error', () => undefined);
  await prepare(channel);
  await channel.close();
};
