import { MemoryAttachments, MemoryEventLog, MemorySeals } from '#libs/event-log';
import { MemoryBeats } from '#libs/event-log/listening';
import type { Chance } from '../world/chance.ts';
import { MachineTime, SimulatedClock } from '../world/clock.ts';
import type { SimulatedIds } from '../world/ids.ts';
import type { Loop } from '../world/loop.ts';
import { Process } from '../world/process.ts';
import type { Trace } from '../world/trace.ts';
import { Broker } from './broker.ts';
import { PostOffice } from './post-office.ts';
import { SERVICES, type ServiceKind, startService } from './services.ts';
import { LogServer } from './simulated-log.ts';

interface Replica {
  readonly kind: ServiceKind;
  readonly number: number;
  process: Process | null;
  starts: number;
}

export interface Means {
  readonly loop: Loop;
  readonly trace: Trace;
  readonly chanceFor: (concern: string) => Chance;
  readonly idsFor: (concern: string) => SimulatedIds;
  readonly replicas: number;
}

/** All services with their database, broker and post: each replica a process of its own that may die and is started again. */
export class ControlPlane {
  readonly server: LogServer;
  readonly office: PostOffice;
  readonly broker: Broker;
  readonly seals: MemorySeals;
  readonly time = new MachineTime();
  hasLostEvents = false;
  /** Told of the position that is the newest now. */
  onLost: (kept: number) => void = () => undefined;
  readonly #means: Means;
  readonly #attachments: MemoryAttachments;
  readonly #beats: MemoryBeats;
  readonly #replicas: readonly Replica[];

  constructor(means: Means) {
    const { loop, trace, chanceFor, idsFor, replicas } = means;
    this.#means = means;
    const clock = new SimulatedClock(new Process('database', loop), new MachineTime());
    this.server = new LogServer(new MemoryEventLog(clock), chanceFor('log'), trace);
    this.office = new PostOffice(chanceFor, trace);
    this.broker = new Broker(loop, this.server, chanceFor('broker'), trace);
    this.seals = new MemorySeals(idsFor('seals'));
    this.#attachments = new MemoryAttachments(clock);
    this.#beats = new MemoryBeats(clock);
    this.#replicas = SERVICES.flatMap((kind) =>
      Array.from({ length: replicas }, (_, index) => ({ kind, number: index + 1, process: null, starts: 0 })),
    );
  }

  start(): void {
    for (const replica of this.#replicas) this.#start(replica);
  }

  pick(chance: Chance): Replica {
    return chance.pick(this.#replicas);
  }

  /** Gives back how it is started again. */
  kill(replica: Replica): () => void {
    replica.process?.kill();
    replica.process = null;
    return () => {
      if (replica.process === null) this.#start(replica);
    };
  }

  killAll(): () => void {
    const starts = this.#replicas.map((replica) => this.kill(replica));
    return () => {
      for (const start of starts) start();
    };
  }

  freeze({ process }: Replica): () => void {
    process?.pause();
    return () => process?.resume();
  }

  /** All replicas of a service at once. */
  freezeAll(kind: ServiceKind): () => void {
    const ends = this.#replicas.filter((replica) => replica.kind === kind).map((replica) => this.freeze(replica));
    return () => {
      for (const end of ends) end();
    };
  }

  /** The newest so many events were never there. */
  loseTail(count: number): void {
    this.hasLostEvents = true;
    void this.server.loseTail(count).then((kept) => {
      this.broker.goBack(kept);
      this.onLost(kept);
    });
  }

  /** Some replica of the service does its work. */
  isListening(kind: ServiceKind): boolean {
    return this.#replicas.some((replica) => replica.kind === kind && replica.process?.isRunning);
  }

  #start(replica: Replica): void {
    const { loop, trace, idsFor, replicas } = this.#means;
    const name = `${replica.kind} ${replica.number}`;
    const process = new Process(name, loop);
    replica.process = process;
    const { server, office, broker, seals } = this;
    const report = (problem: string, cause: unknown): void => trace.say(name, `${problem}: ${String(cause)}`);
    startService(replica.kind, {
      ...{ process, server, office, broker, seals, report, attachments: this.#attachments, beats: this.#beats },
      ...{ clock: new SimulatedClock(process, this.time), ids: idsFor(`${name} ${++replica.starts}`), isShared: replicas > 1 },
    }).catch((cause: unknown) => {
      report('could not start', cause);
      process.kill();
      loop.after(1000, () => {
        if (replica.process === process) this.#start(replica);
      });
    });
  }
}
