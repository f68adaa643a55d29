import { type Anchor, anchorText, compareGenerations, type Generation, type HostHello, type HostId } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { SchedulerPorts } from '../ports.ts';

interface WitnessesOptions extends Pick<SchedulerPorts, 'log' | 'ids' | 'clock'> {
  readonly world: () => World;
}

/** By one host's word the incarnation is raised at most so often: one that lies must not make everybody read anew all the time. */
const BELIEVED_AGAIN_MS = 3_600_000;
/** No log is so many incarnations behind. */
const MOST_INCARNATIONS = 100;
const MOST_KNOWN = 1000;

/**
 * What hosts remember of the log. A log that lacks it has lost it, perhaps while nobody but the hosts knew more: its incarnation is raised, so that
 * everybody drops what was told of that future.
 */
export class Witnesses {
  readonly #options: WitnessesOptions;
  readonly #believedAt = new Map<HostId, number>();
  /** Anchors that were found in the log. */
  readonly #known = new Set<string>();

  constructor(options: WitnessesOptions) {
    this.#options = options;
  }

  /** Nothing of what it remembers needs to be looked for. */
  agrees({ heard, anchor }: HostHello): boolean {
    const isKnown = (place: Generation): boolean => compareGenerations(place, this.#options.world()) <= 0;
    return (!heard || isKnown(heard)) && (!anchor || (isKnown(anchor) && this.#known.has(anchorText(anchor))));
  }

  /** Looks into the log, and raises its incarnation where it lacks what the host remembers. False when that is not believed. */
  async hear({ host, heard, anchor }: HostHello): Promise<boolean> {
    const { log, ids } = this.#options;
    const head = await log.head();
    const places = [heard, anchor].filter((place) => place !== undefined);
    const newest = Math.max(head.incarnation, ...places.map(({ incarnation }) => incarnation));
    const isBeyond = places.some((place) => compareGenerations(place, head) > 0);
    if (!isBeyond && (!anchor || (await this.#holds(anchor, head)))) return true;
    if (newest > head.incarnation + MOST_INCARNATIONS || !this.#isBelieved(host)) return false;
    // Above every incarnation that anybody may have heard of.
    for (let from = head.incarnation; from <= newest; from++)
      await log.raiseIncarnation({ id: ids.event(), from, reason: 'unknown-future', actor: `host/${host}` });
    return true;
  }

  /** An anchor of an earlier incarnation may be of the end that was lost. What has left the table can't be compared. */
  async #holds(anchor: Anchor, head: Generation): Promise<boolean> {
    if (anchor.incarnation < head.incarnation) return true;
    const text = anchorText(anchor);
    const hash = this.#known.has(text) ? anchor.hash : await this.#options.log.hashAt(anchor.position);
    if (hash !== null && hash !== anchor.hash) return false;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.add(text);
    return true;
  }

  #isBelieved(host: HostId): boolean {
    const now = this.#options.clock.monotonic();
    const before = this.#believedAt.get(host);
    if (before !== undefined && now - before < BELIEVED_AGAIN_MS) return false;
    this.#believedAt.set(host, now);
    return true;
  }
}
