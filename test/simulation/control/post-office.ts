import { Mail, type Subscription } from '#libs/bus';
import type { MailAddress, MailMessage } from '#libs/contracts';
import type { Chance } from '../world/chance.ts';
import type { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';

interface Box {
  readonly process: Process;
  readonly handle: (message: MailMessage) => Promise<void>;
  readonly waiting: MailMessage[];
  isBusy: boolean;
}

/** Carries mail between the control plane and hosts: late, and when told so lost, twice or out of order. */
export class PostOffice {
  readonly #boxes = new Map<MailAddress, Box[]>();
  readonly #chanceFor: (concern: string) => Chance;
  readonly #chances = new Map<string, Chance>();
  readonly #trace: Trace;
  /** Told of everything that is sent, whether it arrives or not. */
  onSent: (message: MailMessage) => void = () => undefined;
  /** Told of what arrives at somebody who runs. */
  onArrived: (to: MailAddress, message: MailMessage) => void = () => undefined;
  loss = 0;
  duplication = 0;
  /** The longest that a message takes, in ms. */
  slowness = 10;
  /** Hosts that hear nothing, and hosts that nobody hears. */
  readonly deaf = new Set<string>();
  readonly mute = new Set<string>();

  constructor(chanceFor: (concern: string) => Chance, trace: Trace) {
    this.#chanceFor = chanceFor;
    this.#trace = trace;
  }

  send(from: Process, site: string, to: MailAddress, message: MailMessage): void {
    this.onSent(message);
    const chance = this.#chanceOf(site, to);
    const copies = this.#copies(site, to, chance);
    const text = JSON.stringify(message);
    for (let i = 0; i < copies; i++)
      from.loop.after(chance.between(1, this.slowness), () => this.#arrive(to, JSON.parse(text) as MailMessage));
  }

  open(address: MailAddress, process: Process, handle: Box['handle']): Subscription {
    const box: Box = { process, handle, waiting: [], isBusy: false };
    this.#boxes.set(address, [...(this.#boxes.get(address) ?? []), box]);
    return {
      close: async () => {
        this.#boxes.set(
          address,
          (this.#boxes.get(address) ?? []).filter((other) => other !== box),
        );
      },
    };
  }

  /** Each way has its own: what is sent less on one shifts nothing on the others. */
  #chanceOf(site: string, to: MailAddress): Chance {
    const way = `mail ${site} > ${to}`;
    const known = this.#chances.get(way) ?? this.#chanceFor(way);
    this.#chances.set(way, known);
    return known;
  }

  #copies(site: string, to: MailAddress, chance: Chance): number {
    const isCut = this.mute.has(site) || (to.startsWith('host/') && this.deaf.has(to.slice('host/'.length)));
    if (isCut || chance.happens(this.loss)) {
      this.#trace.sometimes(isCut ? 'mail: cut' : 'mail: lost');
      return 0;
    }
    if (!chance.happens(this.duplication)) return 1;
    this.#trace.sometimes('mail: twice');
    return 2;
  }

  /** Of several receivers the first that lives has it. */
  #arrive(to: MailAddress, message: MailMessage): void {
    const box = (this.#boxes.get(to) ?? []).find(({ process }) => process.isAlive);
    if (!box || box.waiting.length > 1000) return;
    if (box.process.isRunning) this.onArrived(to, message);
    box.waiting.push(message);
    this.#next(box);
  }

  #next(box: Box): void {
    if (box.isBusy || !box.process.isAlive) return;
    const message = box.waiting.shift();
    if (message === undefined) return;
    box.isBusy = true;
    box.process.after(0, () => {
      box
        .handle(message)
        .catch((cause: unknown) => this.#trace.say(box.process.name, `drops ${message.type}: ${String(cause)}`))
        .finally(() => {
          box.isBusy = false;
          this.#next(box);
        });
    });
  }
}

export class SimulatedMail extends Mail {
  readonly #process: Process;
  readonly #site: string;
  readonly #office: PostOffice;

  /** `site`: the host from which it writes, or `control`. */
  constructor(process: Process, site: string, office: PostOffice) {
    super();
    this.#process = process;
    this.#site = site;
    this.#office = office;
  }

  override send(to: MailAddress, message: MailMessage): void {
    if (this.#process.isAlive) this.#office.send(this.#process, this.#site, to, message);
  }

  override async receive(address: MailAddress, handle: (message: MailMessage) => Promise<void>): Promise<Subscription> {
    return this.#office.open(address, this.#process, handle);
  }
}
