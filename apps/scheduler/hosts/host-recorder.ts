import type { AnyNewEvent, HostHello, HostId, HostReport, MailToAgent } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { type Fact, greet, isOfSession, levelAfter, record, strangersIn } from '#libs/domain/host';
import { versionsOf, type World } from '#libs/domain/stack';
import type { AppendItem, AppendResult } from '#libs/event-log';
import type { Reactor } from '#libs/event-log/react';
import type { SchedulerPorts } from '../ports.ts';
import type { Refusals } from './refusals.ts';

const ATTEMPTS = 5;
const OUTPUT_KEPT_MS = 30 * 24 * 3600 * 1000;

/**
 * Turns hellos and reports into facts. What an agent said is acknowledged after the append and after its folding, so that the
 * next report is judged by a world that knows the last one. Called with one message at a time.
 */
export class HostRecorder {
  readonly #ports: SchedulerPorts;
  readonly #reactor: Reactor;
  readonly #refusals: Refusals;
  /** The whole level that each host last reported in its session. */
  readonly #levels = new Map<HostId, HostReport>();

  constructor(ports: SchedulerPorts, reactor: Reactor, refusals: Refusals) {
    this.#ports = ports;
    this.#reactor = reactor;
    this.#refusals = refusals;
  }

  async hello(hello: HostHello): Promise<void> {
    const { host, runId } = hello;
    await this.#settle(host, (world) => greet(hello, world));
    const session = this.#reactor.world.hosts.get(host)?.session;
    if (session?.runId === runId) this.#answer({ type: 'HostWelcome', host, runId, session: session.generation });
  }

  async report(report: HostReport): Promise<void> {
    const { host, session, seq } = report;
    if (!isOfSession(report, this.#reactor.world)) return this.#refuse(host, 'it speaks in a session that the host does not hold');
    const level = levelAfter(this.#levels.get(host), report);
    if (level === null) return this.#refuse(host, 'it is a delta on a level that is not known here');
    this.#levels.set(host, level);
    const strangers = strangersIn(report, this.#reactor.world);
    if (strangers > 0) this.#refusals.count(host, 'it names containers that were not placed on this host');
    if (await this.#settle(host, (world) => record(level, world))) this.#answer({ type: 'ReportAcknowledged', host, session, seq });
    else this.#refusals.count(host, 'the log moved on at each attempt to record it');
  }

  #refuse(host: HostId, reason: string): void {
    this.#refusals.count(host, reason);
    this.#answer({ type: 'HelloWanted', host });
  }

  #answer(message: MailToAgent): void {
    this.#ports.mail.send(`host/${message.host}`, message);
  }

  /** Appends what is new until nothing is; false when the log moved on each time. */
  async #settle(host: HostId, news: (world: World) => readonly Fact[]): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { world } = this.#reactor;
      const facts = news(world);
      if (facts.length === 0) return true;
      const [result] = await this.#ports.log.append([await this.#item(world, host, facts)]);
      if (result?.status === 'refused') throw new Error(`append facts of host ${host}: ${result.reason}`);
      await this.#reactor.caughtUpTo(await this.#positionAfter(result));
    }
    return news(this.#reactor.world).length === 0;
  }

  async #positionAfter(result: AppendResult | undefined): Promise<number> {
    return result?.status === 'appended' ? Math.max(...result.positions) : (await this.#ports.log.head()).position;
  }

  async #item(world: World, host: HostId, facts: readonly Fact[]): Promise<AppendItem> {
    const events = await Promise.all(facts.map((fact) => this.#event(host, fact)));
    const streams = [...new Set(events.map(({ stream }) => stream))];
    return { incarnation: world.incarnation, expected: versionsOf(world, streams), events };
  }

  async #event(host: HostId, fact: Fact): Promise<{ stream: string; event: AnyNewEvent }> {
    const { stream, type, data } = await this.#withOutput(fact);
    const id = this.#ports.ids.event();
    const event = { id, type, data, actor: `host/${host}`, correlation: fact.correlation ?? id, causation: fact.causation };
    return { stream, event: event as AnyNewEvent };
  }

  /** The attachment is stored before the event that names it. */
  async #withOutput({ event, output }: Fact): Promise<Decided> {
    if (event.type !== 'ContainerFailed' || output === null) return event;
    const stored = await this.#ports.attachments.store(output, this.#ports.clock.now() + OUTPUT_KEPT_MS);
    return { ...event, data: { ...event.data, output: stored } };
  }
}
