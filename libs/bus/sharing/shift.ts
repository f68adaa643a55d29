import type { Clock, Timer } from '#libs/clock';
import { LANES } from '#libs/contracts';
import type { Subscription } from '../feed.ts';
import { GONE_MS, type Members, type Share } from '../members.ts';
import { sharesOf } from './shares.ts';
import { Taken } from './taken.ts';

interface ShiftOptions {
  readonly members: Members;
  readonly share: Share;
  readonly service: string;
  readonly replica: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** Begins to take a lane's turns; its `close` waits for the one that runs. */
  readonly open: (lane: number) => Promise<Subscription>;
  /** Called when this replica gets its first lane, and when it has lost its last one. */
  readonly onDuty: (isOnDuty: boolean) => void;
}

const BEAT_MS = 500;

/** Takes the lanes that are this replica's by the members that are there, and gives up those that are not. */
export class Shift implements Subscription {
  readonly #options: ShiftOptions;
  readonly #taken: readonly Taken[];
  #beat: Timer | null = null;
  #beating: Promise<void> = Promise.resolve();
  /** By the monotonic clock: the others may have given our lanes to somebody else from here on. */
  #goneAt = 0;
  #isTroubled = false;
  #isClosed = false;

  constructor(options: ShiftOptions) {
    this.#options = options;
    const { open, report } = options;
    this.#taken = Array.from({ length: LANES }, (_, lane) => new Taken(() => open(lane), report));
  }

  /** None as soon as the others may have given them to somebody else: who froze finds so before anything else. */
  get lanes(): readonly number[] {
    if (this.#options.clock.monotonic() >= this.#goneAt) return [];
    return this.#taken.flatMap(({ isWanted }, lane) => (isWanted ? [lane] : []));
  }

  /** Resolves when the first lanes are taken, or when nobody could be asked which. */
  async begin(): Promise<void> {
    await this.#next();
    await Promise.all(this.#taken.map(({ settled }) => settled));
  }

  /** Resolves when no turn runs here any more; the others may line up for the lanes meanwhile. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#beat?.cancel();
    await this.#beating;
    this.#want([]);
    const { members, service, replica, share, report } = this.#options;
    await members.leave(service, replica, share).catch((cause: unknown) => report(`leave the members of ${service}`, cause));
    await Promise.all(this.#taken.map(({ settled }) => settled));
  }

  #next(): Promise<void> {
    this.#beating = this.#ask().finally(() => {
      if (!this.#isClosed) this.#beat = this.#options.clock.after(BEAT_MS, () => void this.#next());
    });
    return this.#beating;
  }

  async #ask(): Promise<void> {
    const { members, service, replica, share, clock } = this.#options;
    const asked = clock.monotonic();
    try {
      const all = await members.beat(service, replica, share);
      this.#goneAt = asked + GONE_MS;
      this.#isTroubled = false;
      this.#want(sharesOf(all, LANES).get(replica) ?? []);
    } catch (cause) {
      this.#tell(cause);
      if (clock.monotonic() >= this.#goneAt) this.#want([]);
    }
  }

  #want(lanes: readonly number[]): void {
    for (const [lane, taken] of this.#taken.entries()) taken.want(lanes.includes(lane));
    this.#options.onDuty(lanes.length > 0);
  }

  #tell(cause: unknown): void {
    if (!this.#isTroubled) this.#options.report(`share the lanes of ${this.#options.service}`, cause);
    this.#isTroubled = true;
  }
}
