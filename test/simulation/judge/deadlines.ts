import type { BerthEvent, DeploymentId } from '#libs/contracts';
import type { ControlPlane } from '../control/control-plane.ts';
import type { Loop } from '../world/loop.ts';
import type { Accuse } from './accuse.ts';

const TICK_MS = 500;
/** Of 60 s: each silence below 5 s may count. */
const LEAST_LISTENED_MS = 40_000;

/** Rule 8: our silence is nobody's failure. A deadline passes only when the deployer was there for most of it. */
export class Deadlines {
  readonly #accuse: Accuse;
  readonly #startedAt = new Map<DeploymentId, number>();
  #listened = 0;

  constructor(loop: Loop, control: ControlPlane, accuse: Accuse) {
    this.#accuse = accuse;
    const tick = (): void => {
      if (control.isListening('deployer') && !control.server.isAway) this.#listened += TICK_MS;
      loop.after(TICK_MS, tick);
    };
    loop.after(TICK_MS, tick);
  }

  take(event: BerthEvent): void {
    if (event.type === 'DeploymentStarted') this.#startedAt.set(event.data.deployment, this.#listened);
    if (event.type !== 'DeployFailed' || event.data.cause.kind !== 'deadline') return;
    const listened = this.#listened - (this.#startedAt.get(event.data.deployment) ?? 0);
    if (listened < LEAST_LISTENED_MS)
      this.#accuse(
        'rule 8',
        `the deadline of deployment ${event.data.deployment} passed after ${listened / 1000} s in which the deployer listened`,
      );
  }
}
