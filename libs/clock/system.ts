import { randomBytes } from 'node:crypto';
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

export class SystemIds extends Ids {
  event(): EventId {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as EventId;
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
