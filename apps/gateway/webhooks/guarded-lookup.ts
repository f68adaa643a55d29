import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { forbiddenWords, isForbidden } from './forbidden.ts';

type Resolve = (name: string, options: LookupAllOptions, done: (cause: Error | null, found: LookupAddress[]) => void) => void;

/** Looks at what a name leads to in the moment of connecting: it may lead elsewhere each time. One bad address among good ones is enough. */
export const guardedLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (name, options, done) => {
    resolve(name, { ...options, all: true }, (cause, found) => {
      if (cause) return done(cause, []);
      const bad = found.find(({ address }) => isForbidden(address));
      const [first] = found;
      if (bad || !first) return done(new Error(bad ? forbiddenWords(bad.address) : `${name} has no address`), []);
      if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
  };
