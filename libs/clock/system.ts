import { randomBytes, randomFillSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentId, EventId } from '#libs/contracts';
import { Clock, type Timer } from './clock.ts';
import { Ids } from './ids.ts';

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  after(ms: number, call: () => void): Timer {
    const timer = setTimeout(call, ms);
    return { cancel: () => clearTimeout(timer) };
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await sleep(ms, undefined, signal ? { signal } : {});
  }
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

const ID_BYTES = 16;
/** Asking the system for randomness costs more than all else of an id, so it is asked for many at once. */
const IDS_AHEAD = 256;

export class SystemIds extends Ids {
  readonly #ahead = Buffer.alloc(ID_BYTES * IDS_AHEAD);
  #used = this.#ahead.length;

  /** RFC 9562, version 7. */
  event(): EventId {
    const bytes = this.#random();
    bytes.writeUIntBE(Date.now(), 0, 6);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as EventId;
  }

  #random(): Buffer {
    if (this.#used === this.#ahead.length) {
      randomFillSync(this.#ahead);
      this.#used = 0;
    }
    this.#used += ID_BYTES;
    return this.#ahead.subarray(this.#used - ID_BYTES, this.#used);
  }

  deployment(): DeploymentId {
    return base32(16) as DeploymentId;
  }

  run(): string {
    return base32(12);
  }

  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }
}

const base32 = (length: number): string => Array.from(randomBytes(length), (byte) => BASE32[byte % 32]).join('');
