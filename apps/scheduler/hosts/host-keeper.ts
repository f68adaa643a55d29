import type { Timer } from '#libs/clock';
import type { Echo } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { hostsDue } from '#libs/domain/fleet';
import { itemOf, type Reactor } from '#libs/event-log/react';
import type { SchedulerPorts } from '../ports.ts';
import type { Hearing } from './hearing.ts';

const EVERY_MS = 1000;

/**
 * Decides about hosts each second, while it listens to them: of several replicas that is the one which gets their mail. Another one that
 * thinks the same can do no harm, for what it decides stands on the version of `hosts`.
 */
export class HostKeeper {
  readonly #ports: SchedulerPorts;
  readonly #reactor: Reactor;
  readonly #hearing: Hearing;
  /** Names this process in its echoes. */
  readonly #run: string;
  #timer: Timer | null = null;
  #working: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(ports: SchedulerPorts, reactor: Reactor, hearing: Hearing) {
    this.#ports = ports;
    this.#reactor = reactor;
    this.#hearing = hearing;
    this.#run = ports.ids.run();
  }

  start(): void {
    this.#ports.mail.send('scheduler', { type: 'Echo', run: this.#run, seq: this.#hearing.call() });
    this.#timer = this.#ports.clock.after(EVERY_MS, () => {
      this.#working = this.#decide()
        .catch((cause: unknown) => this.#ports.report('decide about hosts', cause))
        .finally(() => {
          if (!this.#isStopped) this.start();
        });
    });
  }

  /** One of another replica says that this one does not listen: its own will not come back. */
  echoed({ run, seq }: Echo): void {
    if (run === this.#run) this.#hearing.echoed(seq);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#working;
  }

  /** What follows from what it wrote is decided at once; what was beaten, a second later. */
  async #decide(): Promise<void> {
    const { log, ids } = this.#ports;
    for (let decision = this.#due(); decision; decision = this.#due()) {
      const [result] = await log.append([itemOf(this.#reactor.world, decision, { ids, actor: 'scheduler' })]);
      if (result?.status === 'refused') throw new Error(result.reason);
      if (result?.status !== 'appended') return;
      await this.#reactor.caughtUpTo(Math.max(...result.positions));
    }
  }

  #due(): Decision | null {
    const { world, hindrance } = this.#reactor;
    const heard = hindrance === null && !this.#isStopped ? this.#hearing.of(world.hosts.keys()) : null;
    return heard && hostsDue(world, heard, this.#reactor.now, this.#ports.patience);
  }
}
