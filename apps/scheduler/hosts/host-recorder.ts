import {
  type HostHello,
  type HostId,
  type HostReport,
  hostId,
  MAIL_FORMAT,
  type MailToAgent,
  mailFromAgent,
  type StackName,
} from '#libs/contracts';
import { PATIENCE } from '#libs/domain/fleet';
import { isOfOlderRun, isOfSession, levelAfter, type Refusal, strangersIn } from '#libs/domain/host';
import type { World } from '#libs/domain/stack';
import type { Reactor } from '#libs/event-log/react';
import type { SchedulerPorts } from '../ports.ts';
import { AskedImages } from './asked-images.ts';
import { FactWriter, type Said } from './fact-writer.ts';
import type { Hearing } from './hearing.ts';
import { Refusals } from './refusals.ts';
import { Witnesses } from './witnesses.ts';

/** Who holds a session and was silent for so long may lose it to an older run. */
const SILENT_MS = 10_000;

/**
 * Takes hellos and reports, judges who may say them and hands them on to be written. It never waits for the log: what comes while an append
 * runs is gathered, a host's newest level in the place of older ones. What an agent said is acknowledged once its facts are in the log.
 */
export class HostRecorder {
  readonly #ports: SchedulerPorts;
  readonly #reactor: Reactor;
  readonly #refusals: Refusals;
  readonly #writer: FactWriter;
  readonly #witnesses: Witnesses;
  readonly #hearing: Hearing;
  /** Hellos for which the log is looked into. */
  readonly #questioned = new Map<HostId, Promise<void>>();
  /** Reports for which the log is read on. */
  readonly #looks = new Set<Promise<void>>();
  /** Hosts that reported what is not known here, since when the log was not read to its head. */
  readonly #unsure = new Set<HostId>();
  /** The whole level that each host last reported in its session. */
  readonly #levels = new Map<HostId, HostReport>();
  readonly #asked = new AskedImages();
  /** When the holder of a host's session last spoke. */
  readonly #heard = new Map<HostId, number>();

  constructor(ports: SchedulerPorts, reactor: Reactor, hearing: Hearing) {
    this.#ports = ports;
    this.#hearing = hearing;
    this.#reactor = reactor;
    this.#witnesses = new Witnesses({ ...ports, world: () => reactor.world });
    this.#refusals = new Refusals({ clock: ports.clock, world: () => reactor.world, onDue: (host) => this.#writer.put(host, {}) });
    this.#writer = new FactWriter({
      ...ports,
      reactor,
      refusals: this.#refusals,
      onWritten: (host, said) => this.#confirm(host, said),
      onUnwritable: (host) => this.#forget(host),
    });
  }

  /** Whatever came in the name of a host; false when it is neither a hello nor a report. */
  take(message: unknown): boolean {
    const { type, host } = message as { readonly type?: unknown; readonly host?: unknown };
    if (type !== 'HostHello' && type !== 'HostReport') return false;
    const read = mailFromAgent.safeParse(message);
    if (read.success && read.data.type === 'HostHello') this.#hello(read.data);
    else if (read.success && read.data.type === 'HostReport') this.#report(read.data);
    else this.refuse(host, 'malformed');
    return true;
  }

  /** Counts what was not taken of a host, by whatever name it is called. */
  refuse(host: unknown, refusal: Refusal): void {
    const named = hostId.safeParse(host);
    if (named.success) this.#refusals.count(named.data, refusal);
  }

  /** Hosts told of their images before anybody named one: what versions name now is judged at once, of all hosts together. */
  named(stacks: readonly StackName[]): void {
    if (!this.#asked.isNew(this.#world, stacks)) return;
    for (const [host, level] of this.#levels) if (level.images) this.#writer.put(host, { level });
  }

  /** The whole level that the host last reported in its session. */
  levelOf(host: HostId): HostReport | undefined {
    return this.#levels.get(host);
  }

  async stop(): Promise<void> {
    this.#refusals.stop();
    await Promise.all([...this.#questioned.values(), ...this.#looks]);
    await this.#writer.idle();
  }

  #hello(hello: HostHello): void {
    if (isOfOlderRun(hello, this.#world) && !this.#isSilent(hello.host)) {
      this.refuse(hello.host, 'second');
      return;
    }
    // It lives, though the log may be away and its session can't begin.
    this.#hearing.heard(hello.host);
    if (this.#witnesses.agrees(hello)) this.#writer.put(hello.host, { hello });
    else this.#question(hello);
  }

  /** It is said again each second: one at a time is enough. */
  #question(hello: HostHello): void {
    const { host } = hello;
    if (this.#questioned.has(host)) return;
    const question = this.#witnesses
      .hear(hello)
      .then((isBelieved) => {
        if (!isBelieved) this.refuse(host, 'future');
        this.#writer.put(host, { hello });
      })
      .catch((cause: unknown) => this.#ports.report(`look for what host ${host} remembers of the log`, cause))
      .finally(() => this.#questioned.delete(host));
    this.#questioned.set(host, question);
  }

  #report(report: HostReport): void {
    const { host } = report;
    const isOurs = isOfSession(report, this.#world);
    const level = isOurs ? levelAfter(this.#levels.get(host), report) : null;
    // That a level is not known here is our own loss: nothing is wrong with a report that builds on it.
    if (!isOurs) this.refuse(host, 'stale');
    else this.#noteHeard(host);
    if (level === null) this.#answer({ type: 'HelloWanted', host });
    else this.#record(level, report);
  }

  #record(level: HostReport, report: HostReport): void {
    const { host, seq } = report;
    this.#levels.set(host, level);
    if (strangersIn(report, this.#world) > 0) this.#unsure.add(host);
    if (!this.#unsure.has(host)) this.#writer.put(host, { level, seq });
    else this.#look(level, report);
  }

  #look(level: HostReport, report: HostReport): void {
    const look = this.#judgeByTheHead(level, report)
      .catch((cause: unknown) => this.#ports.report(`look for what host ${report.host} runs`, cause))
      .finally(() => this.#looks.delete(look));
    this.#looks.add(look);
  }

  /**
   * A container that is not known here may have been placed by another replica meanwhile, and what is not in the log must not be acknowledged:
   * such a report is judged by all that the log says now, and so is what the host says until then. A newer one of the host takes its place.
   */
  async #judgeByTheHead(level: HostReport, report: HostReport): Promise<void> {
    const { host, seq } = report;
    await this.#reactor.caughtUpTo((await this.#ports.log.head()).position);
    if (this.#levels.get(host) !== level) return;
    this.#unsure.delete(host);
    if (strangersIn(level, this.#world) > 0) this.refuse(host, 'misplaced');
    this.#writer.put(host, { level, seq });
  }

  #confirm(host: HostId, { hello, level, seq }: Said): void {
    const session = this.#world.hosts.get(host)?.session;
    if (hello && session?.runId === hello.runId) {
      this.#noteHeard(host);
      const format = Math.min(hello.format ?? 1, MAIL_FORMAT);
      const { lostMs } = this.#ports.patience ?? PATIENCE;
      this.#answer({ type: 'HostWelcome', host, runId: hello.runId, session: session.generation, format, lostMs });
    }
    if (!level || seq === undefined || !isOfSession(level, this.#world)) return;
    this.#hearing.told(host, level.session);
    this.#answer({ type: 'ReportAcknowledged', host, session: level.session, seq });
  }

  /** No log takes the level: the next report is judged alone. */
  #forget(host: HostId): void {
    this.#levels.delete(host);
    this.refuse(host, 'unwritable');
  }

  #noteHeard(host: HostId): void {
    this.#heard.set(host, this.#ports.clock.monotonic());
    this.#hearing.heard(host);
  }

  #isSilent(host: HostId): boolean {
    const heard = this.#heard.get(host);
    return heard === undefined || this.#ports.clock.monotonic() - heard > SILENT_MS;
  }

  get #world(): World {
    return this.#reactor.world;
  }

  #answer(message: MailToAgent): void {
    this.#ports.mail.send(`host/${message.host}`, message);
  }
}
