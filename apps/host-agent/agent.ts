import type { Mail } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import { type HostHello, type HostState, MAIL_FORMAT, type MailMessage, Rejected, type ReportedImages } from '#libs/contracts';
import { holdingOf, type Level } from '#libs/domain/host';
import { ContainerKeeper } from './containers/keeper.ts';
import { Correspondence } from './correspondence.ts';
import { resolvConfText } from './docker/container-options.ts';
import { DoorsKeeper } from './doors-keeper.ts';
import { NamesKeeper } from './names-keeper.ts';
import { ensureBridge } from './network/bridge.ts';
import { LeaseFile } from './network/lease-file.ts';
import { firstSubnetOf, type Subnet } from './network/subnet.ts';
import type { Disk, Engine, HostProxy, HostResolver, Machine, Sockets } from './ports.ts';
import { Pulse } from './pulse.ts';
import { Reboots, readBootId } from './reboot/reboots.ts';
import { reportedParts } from './reported-parts.ts';
import { filesOf, type HostAgentSettings } from './settings.ts';
import { AnchorBook } from './state/anchor-book.ts';
import { DesiredState } from './state/desired-state.ts';

export interface AgentOptions {
  readonly mail: Mail;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly settings: HostAgentSettings;
  readonly engine: Engine;
  readonly disk: Disk;
  readonly sockets: Sockets;
  /** Without it nobody can have it restarted. */
  readonly machine?: Machine;
  readonly proxy: HostProxy | null;
  readonly resolver: HostResolver;
  readonly report: (problem: string, cause: unknown) => void;
}

const GATHER_MS = 10;

/**
 * The hands on one host. It asks what the host should be, keeps that on disk, makes containers, doors and names match it, and
 * says what they are. Stopping it leaves all of them as they are.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #state: DesiredState;
  readonly #anchors: AnchorBook;
  readonly #subnet: Subnet;
  readonly #doors: DoorsKeeper;
  readonly #names: NamesKeeper;
  readonly #pulses: Readonly<Record<'containers' | 'doors' | 'names' | 'images' | 'speak' | 'ask', Pulse>>;
  #level: Level | null = null;
  /** Null where they are not known. */
  #images: ReportedImages | null = null;
  #containers: ContainerKeeper | null = null;
  #correspondence: Correspondence | null = null;
  #reboots: Reboots | null = null;
  #watch: { stop(): Promise<void> } | null = null;

  constructor(options: AgentOptions) {
    const { settings, proxy, resolver, clock, disk } = options;
    this.#options = options;
    this.#state = new DesiredState(disk, filesOf(settings).state);
    this.#anchors = new AnchorBook({ disk, path: filesOf(settings).anchors, clock });
    this.#subnet = firstSubnetOf(settings.pool);
    this.#doors = new DoorsKeeper(proxy, this.#state);
    this.#names = new NamesKeeper({ resolver, clock, state: this.#state });
    this.#pulses = {
      containers: this.#pulse('match the containers', 1000, () => this.#matchContainers()),
      doors: this.#pulse('match the doors', 1000, () => this.#matchDoors()),
      names: this.#pulse('match the names', 5000, () => this.#matchNames()),
      images: this.#pulse('list the images', 10_000, () => this.#listImages()),
      speak: this.#pulse('speak to the scheduler', 1000, () => this.#speak()),
      ask: this.#pulse('ask what to be', 5000, async () => this.#ask()),
    };
  }

  /** Reads what is on disk and makes the network. Throws when the engine can't be used. Before it no mail may be taken. */
  async prepare(): Promise<void> {
    await this.#state.load();
    await this.#anchors.load();
    await this.#writeResolvConf();
    await this.#ensureNetwork();
    this.#containers = await this.#keeper();
    this.#correspondence = await this.#correspond();
  }

  /** Begins to match what it should be; the control plane may be away. */
  start(): void {
    const { containers, images } = this.#pulses;
    this.#watch = this.#options.engine.watch(
      () => containers.wake(),
      () => images.wake(),
    );
    for (const pulse of Object.values(this.#pulses)) pulse.start();
  }

  /** One message at a time. */
  async take(message: MailMessage): Promise<void> {
    switch (message.type) {
      case 'HostWelcome':
        this.#correspondence?.welcomed(message.runId, message.session, message.lostMs, message.format);
        this.#pulses.ask.wake();
        return this.#pulses.speak.wake();
      case 'ReportAcknowledged':
        return this.#caughtUpBy(async () => this.#correspondence?.acknowledged(message.session, message.seq));
      case 'HelloWanted':
        this.#correspondence?.disowned();
        return this.#pulses.speak.wake();
      case 'HostState':
        return this.#caughtUpBy(() => this.#takeState(message));
      case 'AnchorsWanted':
        return this.#options.mail.send(message.replyTo, { type: 'HostAnchors', host: message.host, anchors: this.#anchors.told });
      default:
        throw new Rejected(`take mail: ${message.type} is not for an agent`);
    }
  }

  async stop(): Promise<void> {
    await this.#watch?.stop();
    await Promise.all(Object.values(this.#pulses).map((pulse) => pulse.stop()));
    await this.#containers?.stop();
  }

  async #takeState(state: HostState): Promise<void> {
    if (await this.#state.take(state)) this.#pulses[state.kind].wake();
    if (state.kind !== 'containers') return;
    if (state.anchor) await this.#anchors.hear(state.anchor);
    void this.#reboots?.take(state.reboot);
  }

  /** What waited for it is begun at once. */
  async #caughtUpBy(news: () => Promise<void>): Promise<void> {
    const wasFenced = this.#isFenced();
    await news();
    if (wasFenced && !this.#isFenced()) this.#pulses.containers.wake();
  }

  /** What it was told may be old, and others may run in its place, until it hears all anew in a session that holds. */
  #isFenced(): boolean {
    const session = this.#correspondence?.held ?? null;
    return session === null || !this.#state.isToldIn(session);
  }

  /** Parts are taken before connections are counted: what is said to be drained was so while names and doors stood as they are told. */
  async #matchContainers(): Promise<void> {
    const parts = reportedParts(this.#doors.level, this.#names.levels);
    if (this.#correspondence?.held && this.#isFenced()) this.#pulses.ask.wake();
    try {
      await this.#containers?.pass();
    } finally {
      const containers = this.#containers?.level;
      this.#level = containers ? this.#withImages({ containers, parts }) : null;
      this.#pulses.speak.wake();
    }
  }

  /** What stays the same stays the very same. */
  async #listImages(): Promise<void> {
    const images = await this.#options.engine.images();
    if (JSON.stringify(images) === JSON.stringify(this.#images)) return;
    this.#images = images;
    if (this.#level) this.#level = this.#withImages(this.#level);
    this.#pulses.speak.wake();
  }

  #withImages({ containers, parts }: Level): Level {
    return this.#images ? { containers, parts, images: this.#images } : { containers, parts };
  }

  async #matchDoors(): Promise<void> {
    if (await this.#doors.pass()) this.#pulses.containers.wake();
  }

  async #matchNames(): Promise<void> {
    await this.#names.pass(this.#containers?.callers() ?? null);
    this.#pulses.containers.wake();
  }

  /** What changes together is told together. */
  async #speak(): Promise<void> {
    await this.#options.clock.sleep(GATHER_MS);
    this.#correspondence?.speak();
  }

  #ask(): void {
    const { mail, settings, proxy } = this.#options;
    const wanted = { type: 'StateWanted', host: settings.host } as const;
    // Out of touch it needs to be told all, even if it is what it knows.
    mail.send('scheduler', this.#isFenced() ? wanted : { ...wanted, holds: holdingOf(this.#state.containers) });
    mail.send('dns-central', { ...wanted, holds: holdingOf(this.#state.names) });
    if (proxy) mail.send('proxy-configurator', wanted);
  }

  #ensureNetwork(): Promise<void> {
    const { engine, settings } = this.#options;
    return ensureBridge(engine, { bridge: settings.bridge, subnet: this.#subnet });
  }

  async #keeper(): Promise<ContainerKeeper> {
    const { engine, disk, sockets, settings, clock, report } = this.#options;
    const leases = new LeaseFile({ disk, path: filesOf(settings).leases, subnet: this.#subnet, clock });
    await leases.load();
    return new ContainerKeeper({
      ...{ engine, sockets, leases, clock, report, state: this.#state, host: settings.host },
      gateway: this.#subnet.gateway,
      namesStandFor: () => this.#names.standFor,
      resolvConf: filesOf(settings).resolvConf,
      ensureNetwork: () => this.#ensureNetwork(),
      register: (callers) => this.#names.register(callers),
      isFenced: () => this.#isFenced(),
      wake: () => this.#pulses.containers.wake(),
    });
  }

  async #correspond(): Promise<Correspondence> {
    const { settings, clock, mail, ids, proxy, machine, report } = this.#options;
    const { engine, capacity, arch } = await this.#options.engine.info();
    const bootId = await readBootId(this.#options.disk);
    if (machine) this.#reboots = new Reboots({ machine, bootId, report });
    const { host, group } = settings;
    const tags = [...settings.tags, ...(arch === undefined ? [] : [`arch:${arch}`])];
    const hello = { type: 'HostHello', host, runId: ids.run(), tags, proxy: proxy !== null, engine, format: MAIL_FORMAT } as const;
    // Who can't restart its machine does not say which boot it is in: nobody waits for the next one then.
    const boot = machine && bootId ? { bootId } : {};
    return new Correspondence({
      ...{ mail, clock },
      hello: { ...hello, ...boot, ...(group === undefined ? {} : { group }), capacity: settings.capacity ?? capacity },
      memory: () => this.#memory(),
      level: () => this.#level,
    });
  }

  #memory(): Pick<HostHello, 'heard' | 'anchor'> {
    return { heard: this.#state.heard ?? undefined, anchor: this.#anchors.newest ?? undefined };
  }

  /** Containers that run hold this very file: it is only written when it says another thing. */
  async #writeResolvConf(): Promise<void> {
    const { disk, settings } = this.#options;
    const path = filesOf(settings).resolvConf;
    const text = resolvConfText(this.#subnet.gateway, settings.zone);
    if ((await disk.read(path)) !== text) await disk.write(path, text, 0o644);
  }

  #pulse(what: string, everyMs: number, work: () => Promise<void>): Pulse {
    return new Pulse({ clock: this.#options.clock, what, everyMs, work, report: this.#options.report });
  }
}
