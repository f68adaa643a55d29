import type { Turn } from '#libs/bus';
import type { BerthEvent, HostId, MailMessage, StateWanted } from '#libs/contracts';
import { alarmsOf } from '#libs/domain/fleet';
import { schedulingDue } from '#libs/domain/plan';
import { type Condition, conditionOf, Reactor } from '#libs/event-log/react';
import { ContainersPost } from './hosts/containers-post.ts';
import { Hearing } from './hosts/hearing.ts';
import { HostKeeper } from './hosts/host-keeper.ts';
import { HostRecorder } from './hosts/host-recorder.ts';
import type { SchedulerPorts } from './ports.ts';

/** On which host? Decides placements, turns what agents report into facts, and tells agents what to run. */
export class Scheduler {
  readonly #reactor: Reactor;
  readonly #recorder: HostRecorder;
  readonly #keeper: HostKeeper;
  readonly #post: ContainersPost;
  readonly #mail: SchedulerPorts['mail'];

  constructor(ports: SchedulerPorts, onHalted: (isHalted: boolean) => void = () => undefined) {
    this.#mail = ports.mail;
    this.#post = new ContainersPost(ports);
    this.#reactor = new Reactor({
      ...ports,
      acts: ports.turns ? 'in turn' : 'on feed',
      consumer: 'scheduler',
      due: schedulingDue,
      onHalted,
      onFolded: (world, stacks) => {
        this.#post.push(world, stacks);
        this.#recorder.named(stacks);
      },
    });
    const hearing = new Hearing(ports.clock);
    this.#recorder = new HostRecorder(ports, this.#reactor, hearing);
    this.#keeper = new HostKeeper(ports, this.#reactor, hearing);
  }

  get condition(): Condition {
    const condition = conditionOf(this.#reactor);
    return { ...condition, remarks: () => [...condition.remarks(), ...alarmsOf(this.#reactor.world)] };
  }

  async start(): Promise<void> {
    await this.#reactor.start();
    this.#keeper.start();
  }

  async stop(): Promise<void> {
    await this.#keeper.stop();
    await this.#recorder.stop();
    await this.#reactor.stop();
    await this.#post.settled();
  }

  async take(events: readonly BerthEvent[]): Promise<void> {
    await this.#reactor.take(events);
  }

  async act(events: readonly Turn[]): Promise<void> {
    await this.#reactor.act(events);
  }

  /** The agent of this host spoke for another one. */
  refuse(sender: HostId): void {
    this.#recorder.refuse(sender, 'forged');
  }

  /** Mail that is not for a scheduler is dropped. */
  async receive(message: MailMessage): Promise<void> {
    if (this.#recorder.take(message)) return;
    if (message.type === 'StateWanted') this.#answer(message);
    if (message.type === 'Echo') this.#keeper.echoed(message);
  }

  #answer({ host, holds }: StateWanted): void {
    const { world } = this.#reactor;
    if (world.hosts.get(host)) this.#post.answer(world, host, { level: this.#recorder.levelOf(host), holds });
    else this.#mail.send(`host/${host}`, { type: 'HelloWanted', host });
  }
}
