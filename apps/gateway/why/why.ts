import { type BerthEvent, containerId, deploymentId, eventId, Rejected, type Why as WhyAnswer } from '#libs/contracts';
import { whyTree } from '#libs/domain/why';
import type { EventLog, EventQuery } from '#libs/event-log';
import { containerSays, deploymentSays, eventSays } from './sentences.ts';

const PAGE = 1000;
/** A tree of more events than these is cut: nobody reads it. */
const MOST = 20_000;

/** Says why something happened, from the log. */
export class Why {
  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** `id`: of an event, a container or a deployment, or a position. Null where nothing is called so. */
  async of(id: string): Promise<WhyAnswer | null> {
    if (/^\d{1,15}$/.test(id)) return this.#ofEvent(id, await this.#at(Number(id)));
    if (eventId.safeParse(id).success) return this.#ofEvent(id, await this.#log.find(id as BerthEvent['id']));
    if (deploymentId.safeParse(id).success) return this.#ofDeployment(id);
    return containerId.safeParse(id).success ? this.#ofContainer(id) : null;
  }

  async #at(position: number): Promise<BerthEvent | null> {
    const [event] = position === 0 ? [] : await this.#log.read({ after: position - 1, limit: 1 });
    return event?.position === position ? event : null;
  }

  async #ofEvent(id: string, event: BerthEvent | null): Promise<WhyAnswer | null> {
    if (event === null) return null;
    const gathered = new Gathered();
    await this.#gather(gathered, { correlation: event.correlation });
    if ('container' in event.data) await this.#gatherLife(gathered, event.data.container);
    await this.#gatherEnds(gathered);
    gathered.add([event]);
    const { events, isCut } = gathered;
    const roots = whyTree(events, { isSubject: (one) => one.id === event.id, withEffects: true });
    return { about: 'event', id, says: eventSays(event), roots, isCut };
  }

  async #ofDeployment(id: string): Promise<WhyAnswer | null> {
    const gathered = new Gathered();
    await this.#gather(gathered, { correlation: id });
    await this.#gatherEnds(gathered);
    const { events, isCut } = gathered;
    if (events.length === 0) return null;
    const isSubject = (event: BerthEvent): boolean => event.type === 'DeployRequested' && event.data.deployment === id;
    return { about: 'deployment', id, says: deploymentSays(events), roots: whyTree(events, { isSubject, withEffects: true }), isCut };
  }

  /** The tree holds what was about this container, and what led to it. */
  async #ofContainer(id: string): Promise<WhyAnswer | null> {
    const gathered = new Gathered();
    const own = new Set((await this.#gatherLife(gathered, id)).map((event) => event.id));
    if (own.size === 0) return null;
    const { events, isCut } = gathered;
    const isSubject = (event: BerthEvent): boolean => own.has(event.id) && !isOfDoors(event);
    const says = containerSays(
      id,
      events.filter((event) => own.has(event.id)),
    );
    return { about: 'container', id, says, roots: whyTree(events, { isSubject, withEffects: false, container: id }), isCut };
  }

  /** What names the container, and everything of the deployments that these belong to. */
  async #gatherLife(gathered: Gathered, container: string): Promise<readonly BerthEvent[]> {
    const own = await this.#readAll({ container });
    gathered.add(own);
    for (const correlation of new Set(own.map((event) => event.correlation))) await this.#gather(gathered, { correlation });
    return own;
  }

  /** How the containers went that these deployments retired: their hosts tell it of the deployments that made them. */
  async #gatherEnds(gathered: Gathered): Promise<void> {
    const retired = gathered.events.filter((event) => event.type === 'ContainersRetired');
    const [first] = retired;
    if (!first) return;
    const names = new Set<string>(retired.flatMap(({ data }) => data.containers));
    const { stack } = first.data;
    const ends = await this.#readAll({ stack, type: ['ContainerStopped', 'PlacementReleased'], after: first.position });
    gathered.add(ends.filter(({ data }) => 'container' in data && names.has(data.container)));
  }

  async #gather(gathered: Gathered, query: EventQuery): Promise<void> {
    gathered.add(await this.#readAll(query));
  }

  async #readAll(query: EventQuery): Promise<readonly BerthEvent[]> {
    const events: BerthEvent[] = [];
    for (let after = query.after ?? 0; events.length < MOST; ) {
      const page = await this.#log.read({ ...query, after, limit: PAGE });
      events.push(...page);
      if (page.length < PAGE) break;
      after = page.at(-1)?.position ?? after;
    }
    return events;
  }
}

/** Doors name containers, but say nothing of how they fare. */
const isOfDoors = ({ type }: BerthEvent): boolean => type === 'DoorsDrawn';

/** Each event once, in the order of the log. */
class Gathered {
  readonly #events = new Map<number, BerthEvent>();

  add(events: readonly BerthEvent[]): void {
    for (const event of events) this.#events.set(event.position, event);
  }

  get events(): readonly BerthEvent[] {
    return [...this.#events.values()].sort((a, b) => a.position - b.position).slice(0, MOST);
  }

  get isCut(): boolean {
    return this.#events.size >= MOST;
  }
}

/** Refuses what can't be an id before the log is asked. */
export const checkId = (id: string): string => {
  if (id.length >= 1 && id.length <= 128) return id;
  throw new Rejected('say why: name an event, a container, a deployment or a position');
};
