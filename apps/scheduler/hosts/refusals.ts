import type { Clock } from '#libs/clock';
import { type HostId, Rejected } from '#libs/contracts';

const QUIET_MS = 60_000;

interface Refusal {
  count: number;
  reportedAt: number;
}

/** Counts what was refused of agents' reports, and tells of each host and reason at most once a minute. */
export class Refusals {
  readonly #clock: Clock;
  readonly #report: (problem: string, cause: unknown) => void;
  readonly #refusals = new Map<string, Refusal>();

  constructor({ clock, report }: { readonly clock: Clock; readonly report: (problem: string, cause: unknown) => void }) {
    this.#clock = clock;
    this.#report = report;
  }

  count(host: HostId, reason: string): void {
    const now = this.#clock.monotonic();
    const refusal = this.#refusals.get(`${host} ${reason}`) ?? { count: 0, reportedAt: now - QUIET_MS };
    this.#refusals.set(`${host} ${reason}`, refusal);
    refusal.count += 1;
    if (now - refusal.reportedAt < QUIET_MS) return;
    refusal.reportedAt = now;
    this.#report(`refuse a report of host ${host}`, new Rejected(`${reason} (${refusal.count} so far)`));
  }
}
