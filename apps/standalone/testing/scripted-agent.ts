import type { Mail, Subscription } from '#libs/bus';
import type { Clock } from '#libs/clock';
import type {
  ContainersPart,
  DesiredContainer,
  DoorsPart,
  Generation,
  HostId,
  MailToAgent,
  NamesPart,
  ReportedContainer,
  ReportedPart,
  StackName,
} from '#libs/contracts';

const EVERY_MS = 200;

/** An agent whose host does at once whatever it is told: it starts, serves and lets go without fail. */
export class ScriptedAgent {
  readonly #mail: Mail;
  readonly #clock: Clock;
  readonly #host: HostId;
  readonly #subnet: string;
  readonly #containers = new Map<StackName, ContainersPart>();
  readonly #doors = new Map<StackName, DoorsPart>();
  readonly #names = new Map<StackName, NamesPart>();
  readonly #addresses = new Map<string, string>();
  #session: Generation | null = null;
  #seq = 0;
  #isOpen = true;
  #running: Promise<void> = Promise.resolve();
  #inbox: Subscription | null = null;

  /** `subnet`: the first three numbers of its containers' addresses. */
  constructor(mail: Mail, clock: Clock, host: HostId, subnet = '10.64.0') {
    this.#subnet = subnet;
    this.#mail = mail;
    this.#clock = clock;
    this.#host = host;
  }

  async start(): Promise<void> {
    this.#inbox = await this.#mail.receive(`host/${this.#host}`, async (message) => this.#take(message as MailToAgent));
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#running;
    await this.#inbox?.close();
  }

  async #run(): Promise<void> {
    for (; this.#isOpen; await this.#clock.sleep(EVERY_MS)) {
      const host = this.#host;
      for (const service of ['scheduler', 'dns-central', 'proxy-configurator'] as const)
        this.#mail.send(service, { type: 'StateWanted', host });
      if (this.#session) this.#report(this.#session);
      else this.#hello();
    }
  }

  #hello(): void {
    const capacity = { milliCpus: 4000, memoryBytes: 2 ** 33 };
    const hello = { host: this.#host, runId: 'run-1', tags: [], capacity, proxy: true, engine: 'scripted' };
    this.#mail.send('scheduler', { type: 'HostHello', ...hello });
  }

  #report(session: Generation): void {
    const containers = [...this.#containers.values()].flatMap(({ stack, containers }) =>
      containers.map((desired) => this.#seen(stack, desired)),
    );
    const parts = [...new Set([...this.#doors.keys(), ...this.#names.keys()])].map((stack) => this.#part(stack));
    this.#mail.send('scheduler', { type: 'HostReport', host: this.#host, session, seq: ++this.#seq, full: true, containers, parts });
  }

  #take(message: MailToAgent): void {
    if (message.type === 'HostWelcome') this.#session = message.session;
    else if (message.type === 'HelloWanted') this.#session = null;
    else if (message.type === 'HostState' && message.kind === 'containers') keep(this.#containers, message);
    else if (message.type === 'HostState' && message.kind === 'doors') keep(this.#doors, message);
    else if (message.type === 'HostState') keep(this.#names, message);
  }

  #seen(stack: StackName, desired: DesiredContainer): ReportedContainer {
    const isGone = desired.goal === 'gone';
    const container = isGone ? desired.container : desired.spec.container;
    return {
      ...{ container, stack, state: isGone ? 'gone' : 'running', run: isGone ? null : 'r1', engineId: `engine-${container}` },
      ...{ image: 'sha256:1', address: this.#addressOf(container), health: 'healthy', healthBy: 'port' },
      ...{ exitCode: null, oom: false, message: '', output: null, drained: desired.goal === 'drain' },
    };
  }

  #addressOf(container: string): string {
    const address = this.#addresses.get(container) ?? `${this.#subnet}.${this.#addresses.size + 2}`;
    this.#addresses.set(container, address);
    return address;
  }

  #part(stack: StackName): ReportedPart {
    const { live = null, drafts = [] } = this.#doors.get(stack) ?? {};
    return {
      stack,
      drafts: drafts.map(({ draft }) => ({ draft, refused: null })),
      doors: live && { generation: live.generation, since: this.#clock.now() },
      names: this.#names.get(stack)?.generation ?? null,
      busy: [],
    };
  }
}

const newest = new WeakMap<object, number>();

/** A state that is older than one before is dropped. */
const keep = <Part extends { readonly stack: StackName }>(
  known: Map<StackName, Part>,
  { asOf, full, parts }: { readonly asOf: Generation; readonly full: boolean; readonly parts: readonly Part[] },
): void => {
  if (asOf.position < (newest.get(known) ?? 0)) return;
  newest.set(known, asOf.position);
  if (full) known.clear();
  for (const part of parts) known.set(part.stack, part);
};
