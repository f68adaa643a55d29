import type { Service } from '#libs/contracts';
import { didYouMean } from './did-you-mean.ts';
import type { PathFault } from './faults.ts';
import type { Compose, ComposeService } from './grammar/compose.ts';
import { isLabel } from './names.ts';

type Link = Service['links'][number];

/** `service`, `service:alias`, and as in Docker Cloud `service.stack:alias`. Null: it is none. */
const parseLink = (text: string): Link | null => {
  const [to = '', alias, ...more] = text.split(':');
  const [service = '', stack, ...rest] = to.split('.');
  const isLink = more.length === 0 && rest.length === 0 && isLabel(service) && (stack === undefined || isLabel(stack));
  if (!isLink || (alias !== undefined && !/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9_])?$/.test(alias))) return null;
  return { service: service as Link['service'], stack: (stack ?? null) as Link['stack'], alias: alias ?? service };
};

export const linksOf = (service: ComposeService): Link[] => service.links.map(parseLink).filter((link) => link !== null);

/** Services of the file that a service waits for, in Compose's meaning: links come after `depends_on`, which says more. */
export const dependenciesOf = (service: ComposeService): Readonly<Record<string, 'started' | 'healthy'>> => ({
  ...Object.fromEntries(linksOf(service).flatMap(({ service: to, stack }) => (stack === null ? [[to, 'started' as const]] : []))),
  ...Object.fromEntries(Object.entries(service.depends_on).map(([to, { condition }]) => [to, condition])),
});

/** Links that are none, and those to nobody. */
export const linkFaults = (read: Compose): PathFault[] =>
  Object.entries(read.services).flatMap(([name, { links }]) =>
    links.flatMap((text, index): PathFault[] => {
      const link = parseLink(text);
      const at = { path: ['services', name, 'links', index], isKey: false };
      if (link === null) return [{ ...at, message: 'is not a link', fix: 'write service, service:alias or service.stack:alias' }];
      if (link.stack !== null || Object.hasOwn(read.services, link.service)) return [];
      const meant = didYouMean(link.service, Object.keys(read.services));
      const message = `links to ${link.service}, which is no service of this file${meant === null ? '' : `; did you mean ${meant}?`}`;
      return [{ ...at, message, fix: meant === null ? 'name a service, or remove it' : `write ${meant}` }];
    }),
  );
