import type { Mail } from '#libs/bus';
import type { Clock } from '#libs/clock';
import type { Generation, HostHello, MailMessage } from '#libs/contracts';
import { compareGenerations } from '#libs/contracts';
import { acknowledge, emptyBook, isNew, type Level, tell } from '#libs/domain/host';

interface Options {
  readonly mail: Mail;
  readonly clock: Clock;
  readonly hello: HostHello;
  /** What it knows of the log, told with each hello. */
  readonly memory: () => Pick<HostHello, 'heard' | 'anchor'>;
  /** Null while nothing was seen yet. */
  readonly level: () => Level | null;
}

const HEARTBEAT_MS = 1000;
/** How long a host may be silent where the control plane does not say it. */
const LOST_MS = 30_000;

/** What the agent says to the scheduler: hello until it is welcomed, then its level, each second and whenever it changed. */
export class Correspondence {
  readonly #options: Options;
  #session: Generation | null = null;
  #book = emptyBook;
  #saidAt = Number.NEGATIVE_INFINITY;
  /** When the reports left that are not acknowledged yet. */
  readonly #sentAt = new Map<number, number>();
  /** When the first hello left that is not answered yet. */
  #helloAt: number | null = null;
  /** When the newest word left that was answered: a report, or the hello of the session. Null where none was. */
  #heardAt: number | null = null;
  #lostMs = LOST_MS;
  /** Of the mail in this session. */
  #format = 1;

  constructor(options: Options) {
    this.#options = options;
  }

  speak(): void {
    if (this.#session) this.#report(this.#session);
    else if (this.#isHeartbeatDue()) this.#greet();
  }

  /** The session that surely still holds: less time than a host may be silent has passed since a word of it left that was answered. */
  get held(): Generation | null {
    const isHeard = this.#heardAt !== null && this.#options.clock.monotonic() - this.#heardAt <= this.#lostMs;
    return isHeard ? this.#session : null;
  }

  welcomed(runId: string, session: Generation, lostMs = LOST_MS, format = 1): void {
    const { hello } = this.#options;
    if (runId !== hello.runId || (this.#session && compareGenerations(this.#session, session) === 0)) return;
    this.#session = session;
    this.#lostMs = lostMs;
    this.#format = format;
    this.#unhear();
    this.#heardAt = this.#helloAt;
    this.#helloAt = null;
    // Told anew, under numbers of its own: an acknowledgement that comes late must not be taken for one of these.
    this.#book = { ...emptyBook, seq: this.#book.seq };
  }

  acknowledged(session: Generation, seq: number): void {
    if (!this.#session || compareGenerations(this.#session, session) !== 0) return;
    this.#book = acknowledge(this.#book, seq);
    const sentAt = this.#sentAt.get(seq);
    if (sentAt === undefined) return;
    this.#heardAt = Math.max(sentAt, this.#heardAt ?? sentAt);
    for (const earlier of [...this.#sentAt.keys()].filter((known) => known <= seq)) this.#sentAt.delete(earlier);
  }

  /** The control plane does not know the session. */
  disowned(): void {
    this.#session = null;
    this.#unhear();
  }

  #greet(): void {
    this.#helloAt ??= this.#options.clock.monotonic();
    this.#send({ ...this.#options.hello, ...this.#options.memory() });
  }

  #unhear(): void {
    this.#heardAt = null;
    this.#sentAt.clear();
  }

  #report(session: Generation): void {
    const level = this.#options.level();
    if (!level || (!this.#isHeartbeatDue() && !isNew(this.#book, level))) return;
    const { book, telling } = tell(this.#book, level, this.#format > 1 ? 'notices gaps' : 'notices nothing');
    this.#book = book;
    this.#noteSent(telling.seq);
    this.#send({ type: 'HostReport', host: this.#options.hello.host, session, ...telling });
  }

  /** An answer to what left longer ago would say nothing of now. */
  #noteSent(seq: number): void {
    const now = this.#options.clock.monotonic();
    for (const [earlier, sentAt] of this.#sentAt) if (now - sentAt > this.#lostMs) this.#sentAt.delete(earlier);
    this.#sentAt.set(seq, now);
  }

  #isHeartbeatDue(): boolean {
    // A timer may fire a little early by the other clock.
    return this.#options.clock.monotonic() - this.#saidAt >= HEARTBEAT_MS - 10;
  }

  #send(message: MailMessage): void {
    this.#saidAt = this.#options.clock.monotonic();
    this.#options.mail.send('scheduler', message);
  }
}
