import type { ContainersPart, ContainersState, HostId, HostReport, StackName, StateWanted } from '#libs/contracts';
import { containersPart, keysOf, reportsUnknown, withEnded } from '#libs/domain/host';
import { stackOf, type World } from '#libs/domain/stack';
import type { SchedulerPorts } from '../ports.ts';
import { LateHead } from './late-head.ts';
import { Told } from './told.ts';

type PostPorts = Pick<SchedulerPorts, 'log' | 'mail' | 'clock' | 'seals' | 'report'>;

/**
 * Tells hosts which containers to run. A part is pushed when it differs from what the host was told last; what gets lost is asked
 * for again by `StateWanted`. Messages leave in the order of the worlds that they were made from.
 */
export class ContainersPost {
  readonly #ports: PostPorts;
  readonly #head: LateHead;
  readonly #told = new Told();
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: PostPorts) {
    this.#ports = ports;
    this.#head = new LateHead(ports.log, ports.clock);
  }

  /** Sends the parts of these stacks that changed, to the hosts that they concern. */
  push(world: World, stacks: readonly StackName[]): void {
    const changed = new Map<HostId, ContainersPart[]>();
    for (const stack of stacks)
      for (const { host, part } of this.#told.news(stackOf(world, stack))) changed.set(host, [...(changed.get(host) ?? []), part]);
    for (const [host, parts] of changed) this.#send(world, host, { full: false, parts });
  }

  /**
   * Sends the host all that it shall run, and a head of the log to remember. `level`: what it reported last; `holds`: what it has. Where that is
   * all there is, it is not said again.
   */
  answer(world: World, host: HostId, { level, holds }: Pick<StateWanted, 'holds'> & { readonly level?: HostReport | undefined }): void {
    const isTold = holds !== undefined && holds === this.#told.holding(host) && !reportsUnknown(level, world);
    const isAll = isTold && !world.hosts.get(host)?.reboot;
    this.#send(world, host, isAll ? { full: false, parts: [] } : { full: true, parts: this.#all(world, host, level) });
  }

  /** Resolves when everything was handed to the mail. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** They count as told from now on. */
  #all(world: World, host: HostId, level?: HostReport): readonly ContainersPart[] {
    const reported = level?.containers.map(({ stack }) => stack) ?? [];
    const parts = [...new Set([...this.#told.stacksOf(host), ...reported])]
      .sort()
      .map((stack) => withEnded(containersPart(stackOf(world, stack), host), level, world))
      .filter((part) => part.containers.length > 0);
    this.#told.forget(host);
    for (const part of parts) this.#told.note(host, part);
    return parts;
  }

  #send({ incarnation, position, hosts }: World, host: HostId, { full, parts }: Pick<ContainersState, 'full' | 'parts'>): void {
    const asOf = { incarnation, position };
    const ordered = full ? hosts.get(host)?.reboot : null;
    const reboot = ordered ? { bootId: ordered.bootId } : undefined;
    this.#turn = this.#turn
      .then(async () => {
        const keys = await this.#ports.seals.keys([...new Set(parts.flatMap(keysOf))]);
        const anchor = full || parts.length === 0 ? await this.#head.get() : undefined;
        this.#ports.mail.send(`host/${host}`, { type: 'HostState', kind: 'containers', host, asOf, full, parts, keys, anchor, reboot });
      })
      .catch((cause: unknown) => {
        this.#told.forget(host);
        this.#ports.report(`tell host ${host} what to run`, cause);
      });
  }
}
