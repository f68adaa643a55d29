/**
 * AES-256-GCM under a key per version in a table of its own. Sealed text: `sealed:1:<key id>:<base64 of nonce, tag and ciphertext>`.
 * Dropping the key erases; the log keeps the ciphertext.
 */
export abstract class Seals {
  /** Seals each value under the key of this id, which is made when it is not there. Done before the event is appended. */
  abstract seal(keyId: string, values: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  /** Base64 keys by id; a dropped key is not in the answer. */
  abstract keys(keyIds: readonly string[]): Promise<Record<string, string>>;
  abstract drop(keyId: string): Promise<void>;
}
