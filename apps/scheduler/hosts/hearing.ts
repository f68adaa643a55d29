import type { Clock } from '#libs/clock';
import type { Generation, HostId } from '#libs/contracts';
import type { Heard } from '#libs/domain/fleet';

/** Two echoes further apart than this: nobody knows what was not heard between them. */
const GAP_MS = 3000;

/**
 * For how long each host was silent while this process listened. That it does is shown by its own echo, a message to the scheduler's address
 * each second: while that does not come back, to this process and in time, what hosts say would not either, and after it every host is
 * listened to from the beginning. So neither a pause of ours, nor the broker's, nor another replica that gets the mail is taken for their death.
 */
export class Hearing {
  readonly #clock: Clock;
  readonly #sent = new Map<number, number>();
  /** Milliseconds in which it listened, and what they were when each host was heard last. */
  #listened = 0;
  readonly #heardAt = new Map<HostId, number>();
  /** Hosts that were heard since it listens. */
  readonly #spoke = new Set<HostId>();
  readonly #told = new Map<HostId, Generation>();
  #newest = 0;
  /** When the newest echo that came back was sent, by the monotonic clock. */
  #echoedAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The number of the echo to send now. */
  call(): number {
    const now = this.#clock.monotonic();
    for (const [seq, sentAt] of this.#sent) if (now - sentAt > GAP_MS) this.#sent.delete(seq);
    this.#newest += 1;
    this.#sent.set(this.#newest, now);
    return this.#newest;
  }

  echoed(seq: number): void {
    const sentAt = this.#sent.get(seq);
    if (sentAt === undefined) return;
    // One that comes late says that hosts were not heard in time either, even if all of it comes in the end.
    const isLate = this.#clock.monotonic() - sentAt > GAP_MS;
    for (const earlier of [...this.#sent.keys()].filter((known) => known <= seq)) this.#sent.delete(earlier);
    if (isLate) return;
    const since = this.#echoedAt === null ? Number.POSITIVE_INFINITY : sentAt - this.#echoedAt;
    this.#echoedAt = sentAt;
    if (since > GAP_MS) this.#begin();
    else this.#listened += since;
  }

  heard(host: HostId): void {
    this.#heardAt.set(host, this.#listened);
    this.#spoke.add(host);
  }

  /** Its whole level is recorded in this session. */
  told(host: HostId, session: Generation): void {
    this.#told.set(host, session);
  }

  /** Null while it does not listen. */
  of(hosts: readonly HostId[]): Heard | null {
    if (this.#echoedAt === null || this.#clock.monotonic() - this.#echoedAt > GAP_MS) return null;
    for (const host of hosts) if (!this.#heardAt.has(host)) this.#heardAt.set(host, this.#listened);
    return {
      silentMs: new Map(hosts.map((host) => [host, Math.round(this.#listened - (this.#heardAt.get(host) ?? this.#listened))])),
      spoke: this.#spoke,
      told: this.#told,
    };
  }

  #begin(): void {
    this.#heardAt.clear();
    this.#spoke.clear();
  }
}
