import { addressRecords, nameBytes, type Query, Rcode, Type, writeFault } from '#libs/domain/naming';
import { type Forwarder, rcodeOf } from './forwarder.ts';
import { type Asked, type Outcome, type Responder, writeAlias } from './responder.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface DeskOptions {
  readonly responder: Responder;
  readonly waitingRoom: WaitingRoom;
  readonly forwarder: Forwarder;
}

/** Sees each message through to its answer. What the tables can answer is answered before this returns. */
export class Desk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Null: say nothing. */
  handle(asked: Asked): Uint8Array | null | Promise<Uint8Array | null> {
    return this.#settle(asked, this.#options.responder.respond(asked));
  }

  #settle(asked: Asked, outcome: Outcome): Uint8Array | null | Promise<Uint8Array | null> {
    switch (outcome.kind) {
      case 'silence':
        return null;
      case 'reply':
        return outcome.bytes;
      case 'wait':
        return this.#askAgain(asked);
      case 'forward':
        return this.#forward(asked, outcome.query);
      case 'alias':
        return this.#alias(asked, outcome);
    }
  }

  async #askAgain(asked: Asked): Promise<Uint8Array | null> {
    await this.#options.waitingRoom.wait(asked.from);
    const outcome = this.#options.responder.respond(asked);
    return this.#settle(asked, outcome.kind === 'wait' ? outcome.then : outcome);
  }

  async #forward(asked: Asked, query: Query): Promise<Uint8Array> {
    try {
      // By UDP a cut answer is passed on as it came: the records in it are better than none, and the caller may ask by TCP.
      return await this.#options.forwarder.forward(asked.bytes, asked.from, { isWhole: asked.by === 'tcp' });
    } catch {
      return writeFault(asked.bytes, Rcode.SERVFAIL, query);
    }
  }

  async #alias(asked: Asked, { query, target }: Extract<Outcome, { kind: 'alias' }>): Promise<Uint8Array> {
    if (query.type !== Type.A && query.type !== Type.AAAA) return writeAlias(asked, query, target, { rcode: Rcode.NOERROR, answers: [] });
    try {
      const bytes = await this.#options.forwarder.forward(questionFor(target, query.type), asked.from, { isWhole: true });
      return writeAlias(asked, query, target, { rcode: rcodeOf(bytes), answers: addressRecords(bytes) });
    } catch {
      return writeFault(asked.bytes, Rcode.SERVFAIL, query);
    }
  }
}

const questionFor = (name: string, type: number): Uint8Array =>
  Uint8Array.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...nameBytes(name), type >>> 8, type & 255, 0, 1]);
