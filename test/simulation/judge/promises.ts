import type { BerthEvent, HostReport, MailMessage, ReportedContainer } from '#libs/contracts';
import type { Operator } from '../plan/operator.ts';
import type { Accuse } from './accuse.ts';

/** I8: every wish that was promised is in the log, once. */
export const judgeWishes = ({ promised }: Operator, events: readonly BerthEvent[], accuse: Accuse): void => {
  const keys = new Map<string, number>();
  for (const event of events) if (event.type === 'DeployRequested') keys.set(event.data.key, (keys.get(event.data.key) ?? 0) + 1);
  for (const [key, deployments] of promised) {
    if (!keys.has(key)) accuse('I8', `the wish ${key} was promised and is not in the log`);
    if (deployments.size > 1 || (keys.get(key) ?? 0) > 1)
      accuse('I8', `the wish ${key} became ${Math.max(deployments.size, keys.get(key) ?? 0)} deployments`);
  }
};

/** I8: a report that is acknowledged to its host is in the log. It is judged when the acknowledgement is sent. */
export class Reports {
  /** By report: all that its host had said with it. */
  readonly #said = new Map<string, ReadonlyMap<string, ReportedContainer>>();
  readonly #accuse: Accuse;
  readonly #known = new Set<string>();
  readonly #over = new Set<string>();

  constructor(accuse: Accuse) {
    this.#accuse = accuse;
  }

  take(event: BerthEvent): void {
    if (event.type === 'ContainerStarted') this.#known.add(`${event.data.container} ${event.data.run}`);
    if (event.type === 'ContainersPlaced')
      for (const { container, host } of event.data.placements) this.#known.add(`${container} on ${host}`);
    if (event.type === 'ContainersRetired') for (const container of event.data.containers) this.#over.add(container);
    if (event.type === 'PlacementReleased') this.#over.add(event.data.container);
    if (event.type === 'DeployFailed') this.#over.add(event.data.deployment.slice(0, 8));
  }

  /** The log lost events: what is known of it is read anew, and what was acknowledged before went with it. */
  forget(): void {
    this.#said.clear();
    this.#known.clear();
    this.#over.clear();
  }

  sent(message: MailMessage): void {
    if (message.type === 'HostReport') this.#said.set(nameOf(message), this.#levelWith(message));
    if (message.type !== 'ReportAcknowledged') return;
    for (const { container, state, run } of this.#said.get(nameOf(message))?.values() ?? []) {
      const isOver = this.#over.has(container) || this.#over.has(container.split('-').at(-2) ?? '');
      if (state !== 'running' || run === null || isOver || !this.#known.has(`${container} on ${message.host}`)) continue;
      if (!this.#known.has(`${container} ${run}`)) this.#accuse('I8', `${message.host} was told that the log knows that ${container} runs`);
    }
  }

  /** A report that builds on the one before acknowledges with it all that this one said. */
  #levelWith({ since, containers, ...report }: HostReport): ReadonlyMap<string, ReportedContainer> {
    const before = since === undefined ? undefined : this.#said.get(nameOf({ ...report, seq: since }));
    return new Map([...(before ?? []), ...containers.map((container) => [container.container, container] as const)]);
  }
}

const nameOf = ({ host, session, seq }: Pick<HostReport, 'host' | 'session' | 'seq'>): string =>
  `${host} ${session.incarnation}.${session.position} ${seq}`;
