import type { BerthEvent, HostId, MailAddress, MailMessage } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { ControlPlane } from '../control/control-plane.ts';
import type { Loop } from '../world/loop.ts';
import type { Accuse } from './accuse.ts';

const TICK_MS = 500;
/** Of 30 s: what is told of an arrival and what is made of it differ a little. */
const LEAST_SILENCE_MS = 24_000;
/** Whoever was silent for so long is suspected, by whatever clock. */
const SURELY_SILENT_MS = 10_000;

/** No host is lost by a silence that was not its own, and none while so many are silent that the fault is ours. */
export class Losses {
  readonly #accuse: Accuse;
  /** Milliseconds in which a scheduler ran, and what they were when a host's mail arrived last. */
  #listened = 0;
  readonly #heardAt = new Map<HostId, number>();

  constructor(loop: Loop, control: ControlPlane, accuse: Accuse) {
    this.#accuse = accuse;
    const tick = (): void => {
      if (control.isListening('scheduler')) this.#listened += TICK_MS;
      loop.after(TICK_MS, tick);
    };
    loop.after(TICK_MS, tick);
  }

  arrived(to: MailAddress, message: MailMessage): void {
    if (to === 'scheduler' && (message.type === 'HostHello' || message.type === 'HostReport'))
      this.#heardAt.set(message.host, this.#listened);
  }

  take(event: BerthEvent, world: World): void {
    if (event.type !== 'HostLost' || event.data.by !== 'silence') return;
    const { host } = event.data;
    const silentMs = this.#silence(host);
    if (silentMs < LEAST_SILENCE_MS) this.#accuse('rule 8', `${host} is lost after ${silentMs / 1000} s in which it could have been heard`);
    const fleet = [host, ...world.hosts.values().flatMap((known) => (known.life === 'lost' ? [] : [known.host]))];
    const silent = fleet.filter((each) => this.#silence(each) >= SURELY_SILENT_MS);
    if (silent.length >= 3 && silent.length * 3 > fleet.length)
      this.#accuse('rule 8', `${host} is lost while ${silent.length} of ${fleet.length} hosts are silent`);
  }

  #silence(host: HostId): number {
    return this.#listened - (this.#heardAt.get(host) ?? 0);
  }
}
