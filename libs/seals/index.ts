import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { Rejected } from '#libs/contracts';

const PREFIX = 'sealed:1:';
const TAG_BYTES = 16;
export const NONCE_BYTES = 12;
export const KEY_BYTES = 32;

export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

/** AES-256-GCM. `nonce`: 12 bytes that were never used with this key. The result names the key: `sealed:1:<key id>:<base64>`. */
export const sealText = (keyId: string, key: Uint8Array, nonce: Uint8Array, plain: string): string => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(keyId));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return `${PREFIX}${keyId}:${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
};

/** Of a text that `sealText` made. */
export const keyIdIn = (sealed: string): string => sealed.slice(PREFIX.length).split(':')[0] ?? '';

/** HMAC-SHA-256 (hex) of a text under a base64 key: without the key nobody can try out what the text may have been. */
export const keyedHash = (key: string, text: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64')).update('berth text\n').update(text).digest('hex');

/** Opens what `sealText` made, with base64 keys by key id. Throws `Rejected` when the key is missing or the text was changed. */
export const openText = (keys: Readonly<Record<string, string>>, sealed: string): string => {
  const [keyId, body = ''] = [keyIdIn(sealed), sealed.slice(PREFIX.length).split(':')[1]];
  const key = keys[keyId];
  if (!isSealed(sealed) || key === undefined) throw new Rejected(`open sealed value: no key is called ${keyId}`);
  const bytes = Buffer.from(body, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(keyId));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new Rejected(`open sealed value: it was changed or its key ${keyId} is another one`, { cause });
  }
};
