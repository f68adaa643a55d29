import { hash } from 'node:crypto';

/** As good as the text: 128 bits of it. */
export const digest = (text: string): string => hash('md5', text, 'base64');

/** What a thing says, as a digest that is made once. */
export function texted<A extends object>(says: (thing: A) => unknown): (thing: A) => string {
  const known = new WeakMap<A, string>();
  return (thing) => {
    const text = known.get(thing) ?? digest(JSON.stringify(says(thing)));
    known.set(thing, text);
    return text;
  };
}
