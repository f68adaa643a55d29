import type { DeadLetter, DeadLetters as DeadLettersPort } from '#libs/bus';
import type { Clock } from '#libs/clock';
import { type DeadLetterShown, type DeadLetterView, Rejected } from '#libs/contracts';
import type { Seals } from '#libs/event-log';
import { keyedHash, keyIdIn, openText } from '#libs/seals';
import { HttpProblem } from '../http/problem.ts';
import { maskedText } from './masked.ts';
import type { DeadLetterTable, Kept } from './table.ts';

export interface DeadLettersPorts {
  readonly clock: Clock;
  readonly seals: Seals;
  readonly table: DeadLetterTable;
  /** Absent where there is no broker. */
  readonly broker?: DeadLettersPort | undefined;
}

/** As large as a wish may be. */
const LARGEST_BODY_BYTES = 1024 * 1024;

/** Each death has its own: one that is put back may die once more before its first key is dropped. */
const keyOf = (id: string, at: number): string => `dead-letter/${id}/${at}`;
/** Without it nobody can try out what a body may have been by its id. */
const ID_KEY = 'dead-letters';

/** What nobody could take, until a person puts it back or drops it. It may hold secrets in plain text: its body is sealed from here on. */
export class DeadLetters {
  readonly #ports: DeadLettersPorts;

  constructor(ports: DeadLettersPorts) {
    this.#ports = ports;
  }

  async keep(letter: DeadLetter): Promise<void> {
    const { table, seals, clock } = this.#ports;
    const id = await this.#idOf(letter);
    const at = clock.now();
    const { body, ...rest } = letter;
    if (await table.seenAgain(id, { reason: letter.reason, at })) return;
    const text = Buffer.from(body).toString('base64');
    const { body: sealed = null } = body.length > LARGEST_BODY_BYTES ? {} : await seals.seal(keyOf(id, at), { body: text });
    const isAdded = await table.add({ ...rest, id, bytes: body.length, body: sealed, times: 1, since: at, at });
    if (!isAdded) await this.#dropKey(sealed);
    for (const gone of await table.forget()) await this.#dropKey(gone);
  }

  async list(): Promise<readonly DeadLetterView[]> {
    return (await this.#ports.table.all()).map(viewOf);
  }

  /** For whoever asks how Berth is; null when there are none. */
  async words(): Promise<string | null> {
    const [newest, ...others] = await this.#ports.table.all();
    return newest ? `${others.length + 1} (berth dead-letters); the newest, of ${newest.queue}: ${newest.reason}` : null;
  }

  async show(id: string): Promise<DeadLetterShown> {
    const kept = await this.#find(id);
    const body = await this.#bodyOf(kept);
    return { ...viewOf(kept), contentType: kept.properties.contentType, text: body && maskedText(body) };
  }

  /** Where it is taken, or dies again, is told by its queue. */
  async putBack(id: string): Promise<DeadLetterView> {
    const { broker } = this.#ports;
    const kept = await this.#find(id);
    const body = await this.#bodyOf(kept);
    if (!body) throw new HttpProblem(409, 'conflict', `dead letter ${id} had ${kept.bytes} bytes, too many to be kept; drop it`);
    if (!broker) throw new HttpProblem(409, 'conflict', 'there is no broker to put it back to');
    await broker.putBack({ ...kept, body }).catch((cause: unknown) => {
      throw cause instanceof Rejected ? new HttpProblem(409, 'conflict', cause.message) : cause;
    });
    await this.#remove(kept);
    return viewOf(kept);
  }

  async drop(id: string): Promise<DeadLetterView> {
    const kept = await this.#find(id);
    await this.#remove(kept);
    return viewOf(kept);
  }

  /** The same message that dies in the same queue is the same dead letter. */
  async #idOf({ body, queue, properties }: DeadLetter): Promise<string> {
    const { seals } = this.#ports;
    await seals.seal(ID_KEY, { id: '' });
    const { [ID_KEY]: key = '' } = await seals.keys([ID_KEY]);
    return keyedHash(key, `${queue}\n${properties.messageId}\n${Buffer.from(body).toString('base64')}`).slice(0, 10);
  }

  async #remove(kept: Kept): Promise<void> {
    if (await this.#ports.table.remove(kept)) await this.#dropKey(kept.body);
  }

  async #dropKey(body: Kept['body']): Promise<void> {
    if (body !== null) await this.#ports.seals.drop(keyIdIn(body));
  }

  async #find(id: string): Promise<Kept> {
    const kept = await this.#ports.table.find(id);
    if (!kept) throw new HttpProblem(404, 'not-found', `no dead letter is called ${id}`);
    return kept;
  }

  async #bodyOf({ body }: Kept): Promise<Buffer | null> {
    if (body === null) return null;
    return Buffer.from(openText(await this.#ports.seals.keys([keyIdIn(body)]), body), 'base64');
  }
}

const viewOf = ({ body: _, properties, ...kept }: Kept): DeadLetterView => ({ ...kept, messageId: properties.messageId });
