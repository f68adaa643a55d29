import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import type { ObservedContainer } from '#libs/domain/host';
import { LABELS } from './container-options.ts';
import { observedOf } from './observed.ts';

interface Entry {
  readonly looks: string;
  readonly container: ObservedContainer;
}

/** What was inspected, until a list or an event shows that it changed: a quiet host costs one call a pass. */
export class InspectCache {
  readonly #entries = new Map<string, Entry>();

  async inspect(docker: Docker, listed: ContainerInfo, network: string): Promise<ObservedContainer> {
    const looks = looksOf(listed);
    const known = this.#entries.get(listed.Id);
    if (known?.looks === looks) return known.container;
    const container = observedOf(await docker.getContainer(listed.Id).inspect(), network);
    // A container that shows another state than the list is on its way: look again next time.
    if (container.state === listed.State) this.#entries.set(listed.Id, { looks, container });
    return container;
  }

  forget(container: string): void {
    for (const [id, entry] of this.#entries) if (entry.container.container === container) this.#entries.delete(id);
  }

  keepOnly(listed: readonly ContainerInfo[]): void {
    const ids = new Set(listed.map(({ Id }) => Id));
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** `Up 3 minutes (healthy)`: the time moves on by itself, the rest is news. */
const looksOf = ({ State, Status, Labels }: ContainerInfo): string =>
  `${Labels[LABELS.container]} ${State} ${/\((?!\d).*\)/.exec(Status)?.[0] ?? ''}`;
