import type { Clock } from '#libs/clock';
import { type DoorsPart, type EventId, Rejected, type Server, type StackName } from '#libs/contracts';
import { clash } from '#libs/domain/routing';
import type { ProxyLevel } from '../ports.ts';
import { heldPorts, unreachable } from './checks.ts';
import type { Configuration, Rendered } from './configuration.ts';
import type { Master } from './master.ts';
import type { Store, StoredDraft } from './store.ts';

export interface DraftsOptions {
  readonly master: Master;
  readonly configuration: Configuration;
  readonly store: Store;
  readonly clock: Clock;
}

/** For so long a container that was healthy may take no connection before its draft is refused: on a busy machine it is late, not wrong. */
const PATIENCE_MS = 10_000;

type Claims = ReadonlyMap<StackName, readonly Server[]>;

/** Drafts are tried out beside what serves and change nothing of it. */
export class Drafts {
  readonly #options: DraftsOptions;
  /** Refused since this agent began; asked again after its restart. */
  readonly #refused = new Map<EventId, string>();
  /** Since when their containers could not be reached: neither prepared nor refused yet. */
  readonly #waiting = new Map<EventId, number>();

  constructor(options: DraftsOptions) {
    this.#options = options;
  }

  /** Prepares what is new and forgets what no part names any more. `serving`: servers by stack. */
  async prepare(parts: readonly DoorsPart[], serving: Claims): Promise<ReadonlyMap<StackName, ProxyLevel['drafts']>> {
    const wanted = parts.flatMap(({ stack, drafts }) => drafts.map((draft) => ({ ...draft, stack })));
    await this.#forgetAllBut(new Set(wanted.map(({ draft }) => draft)));
    const levels = new Map<StackName, ProxyLevel['drafts']>();
    for (const draft of wanted) {
      const verdict = await this.#prepareOne(draft, serving);
      if (verdict) levels.set(draft.stack, [...(levels.get(draft.stack) ?? []), { draft: draft.draft, ...verdict }]);
    }
    return levels;
  }

  /** Null: neither prepared nor refused yet, the next pass tries again. */
  async #prepareOne(draft: StoredDraft, serving: Claims): Promise<{ readonly refused: string | null } | null> {
    const { store } = this.#options;
    const prepared = await store.drafts();
    if (prepared.some((known) => known.draft === draft.draft)) return { refused: null };
    const known = this.#refused.get(draft.draft);
    if (known !== undefined) return { refused: known };
    const fault = await this.#fault(draft, serving, prepared);
    const away = fault === null ? await unreachable(Object.values(draft.endpoints).flat()) : null;
    if (away !== null && this.#mayWait(draft.draft)) return null;
    const words = fault ?? away;
    this.#waiting.delete(draft.draft);
    if (words === null) await store.keepDraft(draft);
    else this.#refused.set(draft.draft, words);
    return { refused: words };
  }

  #mayWait(draft: EventId): boolean {
    const now = this.#options.clock.monotonic();
    const since = this.#waiting.get(draft) ?? now;
    this.#waiting.set(draft, since);
    return now - since < PATIENCE_MS;
  }

  async #fault({ stack, servers }: StoredDraft, serving: Claims, prepared: readonly StoredDraft[]): Promise<string | null> {
    const { master, configuration } = this.#options;
    const others = [...serving].filter(([other]) => other !== stack);
    const claims = [
      ...others.flatMap(([other, theirs]) => theirs.map((server) => ({ other, server }))),
      ...prepared
        .filter((draft) => draft.stack !== stack)
        .flatMap((draft) => draft.servers.map((server) => ({ other: draft.stack, server }))),
    ];
    for (const { other, server } of claims)
      for (const mine of servers) {
        const words = clash(mine, server);
        if (words) return `${words} is a door of stack ${other}`;
      }
    const own = await configuration.ports();
    const [held] = await heldPorts(servers.map(({ port }) => port).filter((port) => !own.has(port)));
    if (held !== undefined) return `port ${held} is held by another process`;
    const rendered = await this.#render([...others.flatMap(([, theirs]) => theirs), ...servers]);
    if (typeof rendered === 'string') return rendered;
    return master.test(await configuration.writeCandidate(rendered));
  }

  /** Words where the doors can't even be written down. */
  async #render(servers: readonly Server[]): Promise<Rendered | string> {
    try {
      return await this.#options.configuration.render(servers);
    } catch (cause) {
      if (cause instanceof Rejected) return cause.message;
      throw cause;
    }
  }

  async #forgetAllBut(named: ReadonlySet<EventId>): Promise<void> {
    const { store } = this.#options;
    for (const { draft } of await store.drafts()) if (!named.has(draft)) await store.dropDraft(draft);
    for (const known of [this.#refused, this.#waiting]) for (const draft of known.keys()) if (!named.has(draft)) known.delete(draft);
  }
}
