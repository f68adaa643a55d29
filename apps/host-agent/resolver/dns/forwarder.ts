import type { Clock, Ids } from '#libs/clock';
import { Transient } from '#libs/contracts';
import { endOfPlainName, HEADER_BYTES, Rcode } from '#libs/domain/naming';
import { exchangeByTcp, exchangeByUdp } from './exchange.ts';
import type { Upstream } from './upstreams.ts';

const MOST_PER_CALLER = 100;
const MOST = 1000;

export interface ForwarderOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly upstreams: () => Promise<readonly Upstream[]>;
}

/** Asks others for names that are not ours. It has a limit and no queue: local names never wait behind foreign ones. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #inFlight = new Map<string, number>();
  #count = 0;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /**
   * The answer under the question's own id; `isWhole`: never a cut one where TCP gives more. `Transient` when nobody answers, or
   * too much is asked already.
   */
  async forward(question: Uint8Array, caller: string, { isWhole }: { readonly isWhole: boolean }): Promise<Uint8Array> {
    const own = this.#inFlight.get(caller) ?? 0;
    if (own >= MOST_PER_CALLER || this.#count >= MOST) throw new Transient(`forward for ${caller}: too many questions are under way`);
    this.#inFlight.set(caller, own + 1);
    this.#count++;
    try {
      return await this.#ask(question, isWhole);
    } finally {
      this.#count--;
      const left = (this.#inFlight.get(caller) ?? 1) - 1;
      if (left === 0) this.#inFlight.delete(caller);
      else this.#inFlight.set(caller, left);
    }
  }

  async #ask(question: Uint8Array, isWhole: boolean): Promise<Uint8Array> {
    const upstreams = await this.#options.upstreams();
    let failure: unknown = new Error('there is no name server to ask');
    let lame: Uint8Array | null = null;
    for (const to of upstreams) {
      try {
        const bytes = await this.#askOne(question, to, isWhole);
        if (rcodeOf(bytes) !== Rcode.SERVFAIL) return bytes;
        lame = bytes;
      } catch (cause) {
        failure = cause;
      }
    }
    if (lame !== null) return lame;
    throw new Transient('forward a question', { cause: failure });
  }

  async #askOne(question: Uint8Array, to: Upstream, isWhole: boolean): Promise<Uint8Array> {
    const [high = 0, low = 0] = this.#options.ids.bytes(2);
    const message = withId(question, high, low);
    const exchange = { clock: this.#options.clock, to, message, isAnswer: (bytes: Uint8Array) => isAnswerTo(message, bytes) };
    const bytes = await exchangeByUdp(exchange);
    const whole = isWhole && isCut(bytes) ? await exchangeByTcp(exchange).catch(() => bytes) : bytes;
    return withId(whole, question[0] ?? 0, question[1] ?? 0);
  }
}

export const rcodeOf = (bytes: Uint8Array): number => (bytes[3] ?? 0) & 0x0f;

const isCut = (bytes: Uint8Array): boolean => ((bytes[2] ?? 0) & 0x02) !== 0;

const withId = (bytes: Uint8Array, high: number, low: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[0] = high;
  copy[1] = low;
  return copy;
};

/** Same id, an answer, and the same question. */
const isAnswerTo = (message: Uint8Array, bytes: Uint8Array): boolean => {
  if (bytes.length < HEADER_BYTES || bytes[0] !== message[0] || bytes[1] !== message[1] || ((bytes[2] ?? 0) & 0x80) === 0) return false;
  // A refusal may come as a header alone.
  if (bytes[4] === 0 && bytes[5] === 0) return rcodeOf(bytes) !== Rcode.NOERROR;
  const end = endOfPlainName(message, HEADER_BYTES) + 4;
  return message.subarray(HEADER_BYTES, end).every((octet, index) => folded(octet) === folded(bytes[HEADER_BYTES + index] ?? -1));
};

/** Upper case as lower case: some servers do not keep it. */
const folded = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet);
