import { ConsoleLogger } from '@nestjs/common';
import { z } from 'zod';
import { type Clock, type Ids, SystemClock, SystemIds } from '#libs/clock';
import { readSettings } from '#libs/settings';
import { Health } from './health.ts';
import { checkNode } from './node-version.ts';
import { Opened } from './opened.ts';
import { patiently } from './patiently.ts';
import type { Alive } from './running.ts';
import { healthVariables } from './variables.ts';

/** What this needs of a process; `main.ts` hands over its own. */
export interface Process {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly versions: { readonly node: string };
  readonly stdout: { readonly isTTY?: boolean };
  once(signal: 'SIGTERM' | 'SIGINT', call: () => void): unknown;
  exit(code: number): unknown;
}

/** What an app is started with. */
export interface Given<Settings> {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Names this start of the process. */
  readonly replica: string;
  readonly report: (problem: string, cause: unknown) => void;
  readonly say: (words: string) => void;
  /** Tries until what is outside is there, and says once what it waits for. */
  readonly patiently: <T>(what: string, attempt: () => Promise<T>) => Promise<T>;
  /** Closed in reverse order at the end, after the app. */
  readonly opened: Opened;
}

export interface Service<Variables extends z.ZodRawShape> {
  readonly name: string;
  /** The app's own, beside `BERTH_HEALTH`. */
  readonly variables: Variables;
  /** Resolves when the app runs. */
  readonly start: (given: Given<z.infer<z.ZodObject<Variables>>>) => Promise<Alive>;
}

/** A part that hangs must not keep the process: what it holds can be lost at any moment anyway. */
const STOP_MS = 15_000;

/**
 * The life of a process of ours: settings, health, start, and an end in reverse order on SIGTERM or SIGINT. It waits for what is
 * away at the start, and ends at once where waiting would not help.
 */
export const runService = async <Variables extends z.ZodRawShape>(process: Process, service: Service<Variables>): Promise<void> => {
  const life = new Life(process, service.name);
  try {
    checkNode(process.versions.node);
    const read: unknown = readSettings(z.object({ ...service.variables, ...healthVariables }), process.env);
    const settings = read as z.infer<z.ZodObject<Variables>> & z.infer<z.ZodObject<typeof healthVariables>>;
    const health = await life.openHealth(settings.BERTH_HEALTH);
    const app = await service.start({ ...life.given(health), settings });
    life.opened.push(app);
    health.runs(app);
    life.say('runs');
  } catch (cause) {
    life.fail(cause);
  }
};

class Life {
  readonly opened = new Opened();
  readonly #process: Process;
  readonly #logger: ConsoleLogger;
  readonly #clock = new SystemClock();
  readonly #ids = new SystemIds();
  readonly #stopping = new AbortController();

  constructor(process: Process, name: string) {
    this.#process = process;
    this.#logger = new ConsoleLogger(name, { colors: process.stdout.isTTY === true });
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        this.say(`stop on ${signal}`);
        this.#end(0);
      });
  }

  say(words: string): void {
    this.#logger.log(words);
  }

  async openHealth(listen: { readonly address: string; readonly port: number }): Promise<Health> {
    const health = new Health(this.#clock);
    const { address, port } = await health.listen(listen);
    this.opened.push(health);
    this.say(`health on http://${address}:${port}/readyz`);
    return health;
  }

  given(health: Health): Omit<Given<unknown>, 'settings'> {
    const say = (words: string): void => this.say(words);
    return {
      ...{ clock: this.#clock, ids: this.#ids, replica: this.#ids.run(), say, opened: this.opened },
      report: (problem, cause) => this.#logger.error(`${problem}: ${wordsOf(cause)}`),
      patiently: (what, attempt) => {
        health.waitsFor(what);
        return patiently({ clock: this.#clock, what, say, signal: this.#stopping.signal }, attempt);
      },
    };
  }

  /** What fails because it is being stopped is no failure. */
  fail(cause: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#logger.error(wordsOf(cause));
    this.#end(1);
  }

  #end(code: number): void {
    this.#stopping.abort(new Error('stop the process'));
    const impatience = this.#clock.after(STOP_MS, () => {
      this.#logger.error(`stop: not done after ${STOP_MS / 1000} s`);
      this.#process.exit(1);
    });
    this.opened
      .close()
      .then(
        () => code,
        (cause: unknown) => {
          this.#logger.error(`stop: ${wordsOf(cause)}`);
          return 1;
        },
      )
      .then((worst) => {
        impatience.cancel();
        this.#process.exit(worst);
      });
  }
}

/** Of our own errors the words are enough; of a bug one wants the place. */
const wordsOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'Rejected' || cause.name === 'Transient') return cause.message;
  return cause.stack ?? cause.message;
};
