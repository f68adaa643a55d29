import type { Ids } from '#libs/clock';
import { Rejected } from '#libs/contracts';
import { NONCE_BYTES, sealText } from '#libs/seals';

/** The key's id stands between colons in what is sealed. */
export const checkKeyId = (keyId: string): void => {
  if (!/^[^:\0]{1,255}$/.test(keyId))
    throw new Rejected(`seal under key ${JSON.stringify(keyId)}: use 1 to 255 characters without a colon`);
};

export const sealValues = (keyId: string, key: Uint8Array, ids: Ids, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sealText(keyId, key, ids.bytes(NONCE_BYTES), value)]));
