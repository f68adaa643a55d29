import type { Ids } from '#libs/clock';
import {
  type AnyNewEvent,
  type Editions,
  type EventData,
  FIRST_FORMAT,
  type FormatRaise,
  type FormatView,
  Rejected,
  type ReplicaView,
  Transient,
} from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import { HttpProblem } from '../http/problem.ts';

export interface FormatsPorts {
  readonly log: EventLog;
  readonly ids: Ids;
  readonly editions: Editions;
  /** Who reads the log now. */
  readonly replicas: () => Promise<readonly ReplicaView[]>;
}

const STREAM = 'platform';
/** Others may append to the same stream meanwhile. */
const ATTEMPTS = 20;

/** In which versions events are written, and the wish that it be newer ones. */
export class Formats {
  readonly #ports: FormatsPorts;

  constructor(ports: FormatsPorts) {
    this.#ports = ports;
  }

  async view(): Promise<FormatView> {
    const [format, replicas] = await Promise.all([this.#current(), this.#ports.replicas()]);
    return { format, newest: this.#ports.editions.newestFormat, replicas };
  }

  /** To the newest that this release knows unless told. Refused while somebody is there who could not read on. */
  async raise(wanted: number | undefined, actor: string): Promise<FormatRaise> {
    const { format, newest, replicas } = await this.view();
    const to = wanted ?? newest;
    if (to > newest) throw new Rejected(`raise the format to ${to}: this gateway's release reads none above ${newest}`);
    if (to <= format) return { format, position: null };
    const behind = replicas.filter(({ reads }) => reads < to);
    if (behind.length > 0) throw new HttpProblem(409, 'replicas-behind', `raise the format to ${to}: ${behindText(behind)}`);
    return { format: to, position: await this.#append(to, actor) };
  }

  async #append(format: number, actor: string): Promise<number> {
    const { log, ids } = this.#ports;
    const id = ids.event();
    const event: AnyNewEvent = { id, type: 'FormatRaised', data: { format }, actor, correlation: id, causation: null };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { incarnation } = await log.head();
      const [newest] = await log.read({ stream: STREAM, order: 'newest', limit: 1 });
      const item = { incarnation, expected: { [STREAM]: newest?.version ?? 0 }, events: [{ stream: STREAM, event }] };
      const [result] = await log.append([item]);
      if (result?.status === 'appended' || result?.status === 'already') return Math.max(...result.positions);
      if (result?.status === 'refused') throw new Error(`raise the format: ${result.reason}`);
    }
    throw new Transient(`raise the format: others were faster ${ATTEMPTS} times`);
  }

  async #current(): Promise<number> {
    const [newest] = await this.#ports.log.read({ type: 'FormatRaised', order: 'newest', limit: 1 });
    return newest ? (newest.data as EventData<'FormatRaised'>).format : FIRST_FORMAT;
  }
}

const behindText = (replicas: readonly ReplicaView[]): string => {
  const names = replicas.map(({ service, replica, release, reads }) => `${service} ${replica} (release ${release}) reads up to ${reads}`);
  return `${names.join('; ')}. Give them a newer release first; who is gone is forgotten after 20 s`;
};
