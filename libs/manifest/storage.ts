import type { Service } from '#libs/contracts';
import { didYouMean } from './did-you-mean.ts';
import type { Path, PathFault } from './faults.ts';
import type { Compose, ComposeService } from './grammar/compose.ts';

/** Mounts of volumes that have a name: others go with their container. */
export const mountsOf = (service: ComposeService): Service['mounts'] =>
  service.volumes.flatMap(({ volume, target, readOnly }) => (volume === null ? [] : [{ volume, target, readOnly }]));

/** Volumes and secrets that the file does not name, and two things at one place of a container. */
export const storageFaults = (read: Compose): PathFault[] =>
  Object.entries(read.services).flatMap(([name, { volumes, secrets }]) => [
    ...strangers(
      'volume',
      volumes.map(({ volume }) => volume),
      Object.keys(read.volumes ?? {}),
      ['services', name, 'volumes'],
    ),
    ...strangers(
      'secret',
      secrets.map(({ secret }) => secret),
      Object.keys(read.secrets ?? {}),
      ['services', name, 'secrets'],
    ),
    ...twice(
      volumes.map(({ target }) => target),
      ['services', name, 'volumes'],
    ),
    ...twice(
      secrets.map(({ target }) => target),
      ['services', name, 'secrets'],
    ),
  ]);

const strangers = (kind: 'volume' | 'secret', used: readonly (string | null)[], known: readonly string[], path: Path): PathFault[] =>
  used.flatMap((name, index) => {
    if (name === null || known.includes(name)) return [];
    const meant = didYouMean(name, known);
    return [
      {
        path: [...path, index],
        isKey: false,
        message: `uses the ${kind} ${name}, which this file does not name${meant === null ? '' : `; did you mean ${meant}?`}`,
        fix: meant === null ? `write ${kind}s: { ${name}: } at the top` : `write ${meant}`,
      },
    ];
  });

const twice = (targets: readonly string[], path: Path): PathFault[] =>
  targets.flatMap((target, index) =>
    targets.indexOf(target) === index
      ? []
      : [{ path: [...path, index], isKey: false, message: `is put at ${target}, where something is already`, fix: 'choose another place' }],
  );
