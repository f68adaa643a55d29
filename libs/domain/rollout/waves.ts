import type { Manifest } from '#libs/contracts';
import { routedServices } from '#libs/domain/stack';

/**
 * The order in which the services of a version leave: who calls before who is called. A declared dependency says who calls
 * whom; where none is declared either way, a service with doors calls each service without. A service leaves when all that
 * call it have left in earlier waves; those that call each other in a circle, and those without order, leave together.
 */
export const retirementWaves = (manifest: Manifest): readonly (readonly string[])[] => {
  const calls = callsOf(manifest);
  const waves: string[][] = [];
  let left = Object.keys(manifest.services).sort();
  while (left.length > 0) {
    const wave = left.filter((service) => left.every((other) => !reaches(calls, other, service) || reaches(calls, service, other)));
    waves.push(wave);
    left = left.filter((service) => !wave.includes(service));
  }
  return waves;
};

type Calls = ReadonlyMap<string, readonly string[]>;

const callsOf = (manifest: Manifest): Calls => {
  const declared: Calls = new Map(
    Object.entries(manifest.services).map(([name, { dependsOn }]) => [name, dependsOn.map(({ service }): string => service)]),
  );
  const routed = new Set(routedServices(manifest));
  const behind = (name: string): string[] =>
    routed.has(name) ? [...declared.keys()].filter((other) => !routed.has(other) && !reaches(declared, other, name)) : [];
  return new Map([...declared].map(([name, calls]) => [name, [...calls, ...behind(name)]]));
};

const reaches = (calls: Calls, from: string, to: string): boolean => {
  const seen = new Set([from]);
  for (const service of seen) {
    for (const called of calls.get(service) ?? []) {
      if (called === to) return true;
      seen.add(called);
    }
  }
  return false;
};
