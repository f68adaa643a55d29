import type { Clock } from '#libs/clock';
import type { ContainerId } from '#libs/contracts';
import type { Sockets } from '../ports.ts';

/** One run of a container that has no health check of its own. */
export interface Probed {
  readonly container: ContainerId;
  readonly run: string;
  readonly address: string;
  /** Null: it is healthy when it has run for two seconds. */
  readonly port: number | null;
}

interface Options {
  readonly clock: Clock;
  readonly sockets: Pick<Sockets, 'refusalOf'>;
  readonly isHealthy: (probed: Probed) => Promise<unknown>;
  /** What the probe says now is another thing than before. */
  readonly changed: () => void;
}

const RUNNING_MS = 2000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Asks each run until it is healthy, once for all: from then on a port that refuses is the proxy's to notice, since a busy one
 * refuses as well.
 */
export class Probes {
  readonly #options: Options;
  readonly #messages = new Map<string, string>();
  readonly #stops = new Map<string, AbortController>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Probes exactly these runs from now on. */
  match(wanted: readonly Probed[]): void {
    const runs = new Set(wanted.map(({ run }) => run));
    for (const run of this.#stops.keys()) if (!runs.has(run)) this.#forget(run);
    for (const probed of wanted) if (!this.#stops.has(probed.run)) this.#begin(probed);
  }

  /** Why it is not healthy yet. */
  message(run: string): string {
    return this.#messages.get(run) ?? '';
  }

  #begin(probed: Probed): void {
    const stopping = new AbortController();
    this.#stops.set(probed.run, stopping);
    this.#ask(probed, stopping.signal).catch((cause: unknown) => {
      if (!stopping.signal.aborted) this.#say(probed.run, `probe: ${String(cause)}`);
    });
  }

  #forget(run: string): void {
    this.#stops.get(run)?.abort(new Error('stop probing: this run is over'));
    this.#stops.delete(run);
    this.#messages.delete(run);
  }

  async #ask(probed: Probed, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (probed.port === null) await clock.sleep(RUNNING_MS, signal);
    else await this.#askPort(probed.address, probed.port, probed.run, signal);
    if (signal.aborted) return;
    await this.#options.isHealthy(probed);
    this.#say(probed.run, '');
    this.#options.changed();
  }

  async #askPort(address: string, port: number, run: string, signal: AbortSignal): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      const refusal = await this.#options.sockets.refusalOf(address, port);
      if (refusal === null || signal.aborted) return;
      this.#say(run, `port ${port} of ${address} does not accept connections: ${refusal}`);
      await this.#options.clock.sleep(pause, signal);
    }
  }

  #say(run: string, message: string): void {
    if (!this.#stops.has(run) || this.#messages.get(run) === message) return;
    this.#messages.set(run, message);
    this.#options.changed();
  }
}
