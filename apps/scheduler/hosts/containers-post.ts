import type { ContainersPart, ContainersState, HostId, HostReport, StackName } from '#libs/contracts';
import { containersPart, keysOf, withEnded } from '#libs/domain/host';
import { containersOf, type StackState, stackOf, type World } from '#libs/domain/stack';
import type { SchedulerPorts } from '../ports.ts';
import { LateHead } from './late-head.ts';

type PostPorts = Pick<SchedulerPorts, 'log' | 'mail' | 'clock' | 'seals' | 'report'>;

/**
 * Tells hosts which containers to run. A part is pushed when it differs from what the host was told last; what gets lost is asked
 * for again by `StateWanted`. Messages leave in the order of the worlds that they were made from.
 */
export class ContainersPost {
  readonly #ports: PostPorts;
  readonly #head: LateHead;
  /** By stack and host: the containers as they were last told. */
  readonly #told = new Map<StackName, Map<HostId, string>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: PostPorts) {
    this.#ports = ports;
    this.#head = new LateHead(ports.log, ports.clock);
  }

  /** Sends the parts of these stacks that changed, to the hosts that they concern. */
  push(world: World, stacks: readonly StackName[]): void {
    const changed = new Map<HostId, ContainersPart[]>();
    for (const stack of stacks) {
      const state = stackOf(world, stack);
      for (const host of this.#concerned(state)) {
        const part = containersPart(state, host);
        if (this.#note(host, part)) changed.set(host, [...(changed.get(host) ?? []), part]);
      }
    }
    for (const [host, parts] of changed) this.#send(world, host, { full: false, parts });
  }

  /** Sends the host all that it shall run, and a head of the log to remember. `level`: what it reported last. */
  answer(world: World, host: HostId, level?: HostReport): void {
    const parts = world.stacks
      .values()
      .map((state) => withEnded(containersPart(state, host), level, world))
      .filter((part) => part.containers.length > 0)
      .sort((a, b) => (a.stack < b.stack ? -1 : 1));
    for (const part of parts) this.#note(host, part);
    this.#send(world, host, { full: true, parts });
  }

  /** Resolves when everything was handed to the mail. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  #concerned(state: StackState): Iterable<HostId> {
    const told = this.#told.get(state.stack)?.keys() ?? [];
    return new Set([...told, ...containersOf(state).map((container) => container.host)]);
  }

  /** True when the part says something else than the host was told. */
  #note(host: HostId, { stack, containers }: ContainersPart): boolean {
    const byHost = this.#told.get(stack) ?? new Map<HostId, string>();
    this.#told.set(stack, byHost);
    const text = JSON.stringify(containers);
    if ((byHost.get(host) ?? '[]') === text) return false;
    if (containers.length > 0) byHost.set(host, text);
    else byHost.delete(host);
    return true;
  }

  #send({ incarnation, position, hosts }: World, host: HostId, { full, parts }: Pick<ContainersState, 'full' | 'parts'>): void {
    const asOf = { incarnation, position };
    const ordered = full ? hosts.get(host)?.reboot : null;
    const reboot = ordered ? { bootId: ordered.bootId } : undefined;
    this.#turn = this.#turn
      .then(async () => {
        const keys = await this.#ports.seals.keys([...new Set(parts.flatMap(keysOf))]);
        const anchor = full ? await this.#head.get() : undefined;
        this.#ports.mail.send(`host/${host}`, { type: 'HostState', kind: 'containers', host, asOf, full, parts, keys, anchor, reboot });
      })
      .catch((cause: unknown) => {
        for (const byHost of this.#told.values()) byHost.delete(host);
        this.#ports.report(`tell host ${host} what to run`, cause);
      });
  }
}
