import type { ViewRunner } from '#libs/event-log/views';
import type { Running } from '#libs/service';
import type { ReadModel } from './read-model.ts';

/** What runs under one roof with the gateway, by name. */
export type Beside = Readonly<Record<string, Pick<Running, 'hindrance' | 'remarks'>>>;

interface ReadinessParts {
  readonly readModel: ReadModel;
  readonly runner: ViewRunner;
  /** Views without which the gateway answers, though not everything. */
  readonly others: readonly { readonly hindrance: string | null }[];
  readonly beside: () => Beside;
  /** Whether this is what somebody sends who may know more. */
  readonly knows: (authorization: string | undefined) => boolean;
}

/** A view that is further behind answers too late to be of use. */
const READY_LAG = 1000;

/** Whether the gateway does its work, and all that is in its process: what a person must know when it does not. */
export class Readiness {
  readonly #parts: ReadinessParts;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
  }

  /** What keeps it from its work, in words; none when nothing does. */
  async hindrances(): Promise<readonly string[]> {
    const { runner, beside, readModel } = this.#parts;
    const known = [runner.hindrance, ...Object.entries(beside()).map(([name, { hindrance }]) => named(name, hindrance?.()))];
    const words = known.filter((hindrance) => hindrance != null);
    if (words.length > 0) return words;
    const lag = await readModel.lag();
    return lag > READY_LAG ? [`the read model is ${lag} events behind the log`] : [];
  }

  /** What is told of a process that does its work; strangers hear no names. */
  told(authorization: string | undefined): { readonly position?: number; readonly remarks?: readonly string[] } {
    const { knows, runner } = this.#parts;
    return knows(authorization) ? { position: runner.position, remarks: this.remarks() } : {};
  }

  /** What somebody should know though the work is done. */
  remarks(): readonly string[] {
    const { others, beside } = this.#parts;
    const own = others.flatMap(({ hindrance }) => hindrance ?? []);
    const theirs = Object.entries(beside()).flatMap(([name, { remarks }]) => (remarks?.() ?? []).map((remark) => `${name}: ${remark}`));
    return [...own, ...theirs];
  }
}

const named = (name: string, hindrance: string | null | undefined): string | null => (hindrance == null ? null : `${name}: ${hindrance}`);
