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

/** What the agent says to the scheduler: hello until it is welcomed, then its level, each second and whenever it changed. */
export class Correspondence {
  readonly #options: Options;
  #session: Generation | null = null;
  #book = emptyBook;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(options: Options) {
    this.#options = options;
  }

  speak(): void {
    if (this.#session) this.#report(this.#session);
    else if (this.#isHeartbeatDue()) this.#send({ ...this.#options.hello, ...this.#options.memory() });
  }

  welcomed(runId: string, session: Generation): void {
    const { hello } = this.#options;
    if (runId !== hello.runId || (this.#session && compareGenerations(this.#session, session) === 0)) return;
    this.#session = session;
    // Told anew, under numbers of its own: an acknowledgement that comes late must not be taken for one of these.
    this.#book = { ...emptyBook, seq: this.#book.seq };
  }

  acknowledged(session: Generation, seq: number): void {
    if (this.#session && compareGenerations(this.#session, session) === 0) this.#book = acknowledge(this.#book, seq);
  }

  /** The control plane does not know the session. */
  disowned(): void {
    this.#session = null;
  }

  #report(session: Generation): void {
    const level = this.#options.level();
    if (!level || (!this.#isHeartbeatDue() && !isNew(this.#book, level))) return;
    const { book, telling } = tell(this.#book, level);
    this.#book = book;
    this.#send({ type: 'HostReport', host: this.#options.hello.host, session, ...telling });
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
