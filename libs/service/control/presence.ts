import type { Clock, Timer } from '#libs/clock';
import type { ReplicaView } from '#libs/contracts';
import type { PostgresReplicas } from '#libs/event-log/postgres';

interface PresenceOptions {
  readonly replicas: Pick<PostgresReplicas, 'beat' | 'leave' | 'there'>;
  readonly self: ReplicaView;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}

const BEAT_MS = 5000;
/** Who was not heard for so long is no hindrance to a new format: it halts at the first event that it can't read. */
const GONE_MS = 20_000;

/** Tells the other processes that this one is there, and which events it reads; and knows whether another release is. */
export class Presence {
  readonly #options: PresenceOptions;
  #timer: Timer | null = null;
  #isTroubled = false;
  #isClosed = false;
  #isOneRelease = false;
  #beating: Promise<void> = Promise.resolve();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** All processes are of this release, as was known some seconds ago; false while nobody can be asked. */
  get isOneRelease(): boolean {
    return this.#isOneRelease;
  }

  /** Throws `Transient` while the database is away. */
  async begin(): Promise<void> {
    await this.#tell();
    this.#later();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#beating;
    const { replicas, self } = this.#options;
    // It would be gone without a word, too, only later.
    await replicas.leave(self.replica).catch(() => undefined);
  }

  #later(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.after(BEAT_MS, () => {
      this.#beating = this.#beat().finally(() => this.#later());
    });
  }

  async #beat(): Promise<void> {
    const { report } = this.#options;
    try {
      await this.#tell();
      this.#isTroubled = false;
    } catch (cause) {
      this.#isOneRelease = false;
      if (!this.#isTroubled) report('tell that this replica is there', cause);
      this.#isTroubled = true;
    }
  }

  async #tell(): Promise<void> {
    const { replicas, self } = this.#options;
    await replicas.beat(self, GONE_MS);
    const there = await replicas.there();
    this.#isOneRelease = there.every(({ release }) => release === self.release);
  }
}
