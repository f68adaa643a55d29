import type { Manifest } from '#libs/contracts';
import { isSealed, keyedHash, openText } from '#libs/seals';

/** What one setting of a manifest is on each side, in words; null where it is not there. */
export interface SettingChange {
  /** `services.web.replicas`. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Base64 keys by id; erased ones are not there. */
export type Keys = Readonly<Record<string, string>>;

/** Which settings differ. A sealed value is never shown: it is named where it differs, or where its key was erased and nobody can tell. */
export const changedSettings = (before: Manifest | null, after: Manifest | null, keys: Keys): readonly SettingChange[] => {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [a = null, b = null] = [old.get(path), now.get(path)];
    if (a === b || (a !== null && b !== null && isSealed(a) && isSealed(b) && isSameSealed(a, b, keys))) return [];
    return [{ path, before: shown(a, b, keys), after: shown(b, a, keys) }];
  });
};

/** Ids of all keys under which values of these manifests are sealed. */
export const keyIdsOf = (manifests: readonly (Manifest | null)[]): readonly string[] => [
  ...new Set(manifests.flatMap((manifest) => [...leavesOf(manifest).values()].filter(isSealed).map(keyIdOf))),
];

const keyIdOf = (sealed: string): string => sealed.split(':')[2] ?? '';

/** Every leaf by its path, as text. */
const leavesOf = (value: unknown, path = ''): Map<string, string> => {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object') return new Map([[path, String(value)]]);
  const entries = Object.entries(value);
  return new Map(entries.flatMap(([key, item]) => [...leavesOf(item, path === '' ? key : `${path}.${key}`)]));
};

/** Each sealing has a nonce of its own, so equal values have other ciphertexts: they are compared by their hashes under one of the keys. */
const isSameSealed = (a: string, b: string, keys: Keys): boolean => {
  const key = keys[keyIdOf(a)];
  return key !== undefined && isOpenable(b, keys) && keyedHash(key, openText(keys, a)) === keyedHash(key, openText(keys, b));
};

const isOpenable = (sealed: string, keys: Keys): boolean => keys[keyIdOf(sealed)] !== undefined;

const shown = (value: string | null, other: string | null, keys: Keys): string | null => {
  if (value === null || !isSealed(value)) return value;
  const isKnown = [value, other].every((text) => text === null || !isSealed(text) || isOpenable(text, keys));
  return isKnown ? 'sealed' : 'sealed; its key was erased, so nobody can tell';
};
