import type { Ids } from '#libs/clock';
import { KEY_BYTES } from '#libs/seals';
import { checkKeyId, sealValues } from '../sealing.ts';
import { Seals } from '../seals.ts';

export class MemorySeals extends Seals {
  readonly #ids: Ids;
  readonly #keys = new Map<string, Uint8Array>();

  constructor(ids: Ids) {
    super();
    this.#ids = ids;
  }

  async seal(keyId: string, values: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    checkKeyId(keyId);
    const key = this.#keys.get(keyId) ?? this.#ids.bytes(KEY_BYTES);
    this.#keys.set(keyId, key);
    return sealValues(keyId, key, this.#ids, values);
  }

  async keys(keyIds: readonly string[]): Promise<Record<string, string>> {
    return Object.fromEntries(
      keyIds.flatMap((id) => {
        const key = this.#keys.get(id);
        return key ? [[id, Buffer.from(key).toString('base64')]] : [];
      }),
    );
  }

  async drop(keyId: string): Promise<void> {
    this.#keys.delete(keyId);
  }
}
