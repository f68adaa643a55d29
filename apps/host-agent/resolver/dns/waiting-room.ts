import type { Clock, Timer } from '#libs/clock';

const WAIT_MS = 100;
const MOST = 1000;

interface Guest {
  readonly address: string;
  readonly leave: () => void;
  readonly timer: Timer;
}

/** Holds back the questions of senders that nobody knows, for as long as their registration may be on its way. */
export class WaitingRoom {
  readonly #clock: Clock;
  readonly #guests = new Set<Guest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when `admit` knows the address, or after 100 ms; at once when the room is full. */
  wait(address: string): Promise<void> {
    if (this.#guests.size >= MOST) return Promise.resolve();
    return new Promise((resolve) => {
      const leave = (): void => {
        guest.timer.cancel();
        this.#guests.delete(guest);
        resolve();
      };
      const guest: Guest = { address, leave, timer: this.#clock.after(WAIT_MS, () => leave()) };
      this.#guests.add(guest);
    });
  }

  admit(isKnown: (address: string) => boolean): void {
    for (const guest of [...this.#guests]) if (isKnown(guest.address)) guest.leave();
  }

  close(): void {
    for (const guest of [...this.#guests]) guest.leave();
  }
}
