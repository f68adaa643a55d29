import { didYouMean } from './did-you-mean.ts';
import type { Path, PathFault } from './faults.ts';
import type { Compose } from './grammar/compose.ts';
import { dependenciesOf } from './links.ts';

/** Dependencies lead to services of the file, and never back to where they began. */
export const dependencyFaults = (read: Compose): PathFault[] => [...strangers(read), ...cycles(read)];

const strangers = (read: Compose): PathFault[] =>
  Object.entries(read.services).flatMap(([name, { depends_on }]) =>
    Object.keys(depends_on)
      .filter((to) => !Object.hasOwn(read.services, to))
      .map((to) => {
        const meant = didYouMean(to, Object.keys(read.services));
        return {
          path: ['services', name, 'depends_on', to],
          isKey: true,
          message: `depends on ${to}, which is no service of this file${meant === null ? '' : `; did you mean ${meant}?`}`,
          fix: meant === null ? 'name a service, or remove it' : `write ${meant}`,
        };
      }),
  );

const cycles = (read: Compose): PathFault[] => {
  const done = new Set<string>();
  const walk = (name: string, trail: readonly string[]): PathFault[] => {
    if (trail.includes(name)) return [cycle(read, [...trail.slice(trail.indexOf(name)), name])];
    if (done.has(name)) return [];
    done.add(name);
    const service = read.services[name];
    return Object.keys(service ? dependenciesOf(service) : {}).flatMap((to) => walk(to, [...trail, name]));
  };
  return Object.keys(read.services).flatMap((name) => walk(name, []));
};

const cycle = (read: Compose, names: readonly string[]): PathFault => ({
  path: placeOf(read, names.at(-2) ?? '', names.at(-1) ?? ''),
  isKey: true,
  message: `closes a circle: ${names.join(' → ')}`,
  fix: 'remove one of these dependencies',
});

const placeOf = (read: Compose, from: string, to: string): Path =>
  Object.hasOwn(read.services[from]?.depends_on ?? {}, to) ? ['services', from, 'depends_on', to] : ['services', from, 'links'];
