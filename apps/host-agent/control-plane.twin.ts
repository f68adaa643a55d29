import type { Mail, Subscription } from '#libs/bus';
import type {
  ContainerId,
  ContainersPart,
  DoorsPart,
  Generation,
  HostHello,
  HostId,
  HostReport,
  MailMessage,
  NamesPart,
  ReportedContainer,
} from '#libs/contracts';

type Watcher = () => void;

/** All three services that an agent writes to, in memory: they say what a test tells them to, and remember what they were told. */
export class ControlPlane {
  readonly hellos: HostHello[] = [];
  readonly reports: HostReport[] = [];
  containers: readonly ContainersPart[] = [];
  names: readonly NamesPart[] = [];
  doors: readonly DoorsPart[] = [];
  keys: Readonly<Record<string, string>> = {};
  isAcknowledging = true;
  lostMs = 30_000;
  readonly #mail: Mail;
  readonly #host: HostId;
  readonly #watchers = new Set<Watcher>();
  readonly #level = new Map<ContainerId, ReportedContainer>();
  #subscriptions: readonly Subscription[] = [];
  #position = 10;

  constructor(mail: Mail, host: HostId) {
    this.#mail = mail;
    this.#host = host;
  }

  async open(): Promise<void> {
    const services = ['scheduler', 'dns-central', 'proxy-configurator'] as const;
    this.#subscriptions = await Promise.all(services.map((name) => this.#mail.receive(name, async (message) => this.#take(name, message))));
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.close()));
  }

  /** Tells the agent at once, as after an append. */
  push(): void {
    this.#position++;
    this.#tell('scheduler');
    this.#tell('dns-central');
    this.#tell('proxy-configurator');
  }

  get asOf(): Generation {
    return { incarnation: 1, position: this.#position };
  }

  /** The newest that was reported of a container. */
  seen(container: ContainerId): ReportedContainer | undefined {
    return this.#level.get(container);
  }

  /** Resolves when the reports make it true. */
  async until(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const watcher = (): void => {
      if (isTrue()) resolve();
    };
    this.#watchers.add(watcher);
    await promise;
    this.#watchers.delete(watcher);
  }

  #take(service: 'scheduler' | 'dns-central' | 'proxy-configurator', message: MailMessage): void {
    if (message.type === 'StateWanted') this.#tell(service);
    if (message.type === 'HostHello') this.#welcome(message);
    if (message.type === 'HostReport') this.#hear(message);
    for (const watcher of this.#watchers) watcher();
  }

  #welcome(hello: HostHello): void {
    this.hellos.push(hello);
    const session = { incarnation: 1, position: this.hellos.length };
    this.#mail.send(`host/${this.#host}`, { type: 'HostWelcome', host: this.#host, runId: hello.runId, session, lostMs: this.lostMs });
  }

  #hear(report: HostReport): void {
    this.reports.push(report);
    if (report.full) this.#level.clear();
    for (const container of report.containers) this.#level.set(container.container, container);
    const { host, session, seq } = report;
    if (this.isAcknowledging) this.#mail.send(`host/${this.#host}`, { type: 'ReportAcknowledged', host, session, seq });
  }

  #tell(service: 'scheduler' | 'dns-central' | 'proxy-configurator'): void {
    const { asOf, containers, names, doors, keys } = this;
    const state = { type: 'HostState', host: this.#host, asOf, full: true } as const;
    const to = `host/${this.#host}` as const;
    if (service === 'scheduler') this.#mail.send(to, { ...state, kind: 'containers', parts: containers, keys });
    if (service === 'dns-central') this.#mail.send(to, { ...state, kind: 'names', parts: names });
    if (service === 'proxy-configurator') this.#mail.send(to, { ...state, kind: 'doors', parts: doors });
  }
}
