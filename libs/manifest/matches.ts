import type { Door } from '#libs/contracts';
import type { Path, PathFault } from './faults.ts';
import type { ComposeService } from './grammar/compose.ts';
import { parseVirtualHost, type VirtualHost } from './server-names.ts';

interface Matches {
  /** None: every name and path. */
  readonly matches: readonly VirtualHost[];
  /** Where they are written, relative to the service. */
  readonly at: Path;
  /** Entries of `VIRTUAL_HOST` that can't be read, from 1. */
  readonly unread: readonly number[];
}

const EXTENSION: Path = ['x-berth', 'traffic_matches'];
const VARIABLE: Path = ['environment', 'VIRTUAL_HOST'];

/** `x-berth.traffic_matches`, else the variable `VIRTUAL_HOST`. */
export const matchesOf = (service: ComposeService): Matches => {
  const written = service['x-berth']?.traffic_matches ?? [];
  const variable = service.environment.VIRTUAL_HOST ?? '';
  if (written.length > 0 || variable.trim() === '')
    return { matches: written.map((match) => ({ ...match, protocol: null, port: null })), at: EXTENSION, unread: [] };
  const entries = variable.split(',').map((entry) => parseVirtualHost(entry.trim()));
  return {
    matches: entries.filter((entry) => entry !== null),
    at: VARIABLE,
    unread: entries.flatMap((entry, index) => (entry === null ? [index + 1] : [])),
  };
};

/** One door for each path, and one more where every name is wanted beside some. Empty: no match is for this port. */
export const doorsOf = (port: number, protocol: Door['protocol'], matches: readonly VirtualHost[]): Door[] => {
  if (matches.length === 0) return [{ port, protocol, names: [], path: '/' }];
  const own = matches.filter((match) => isFor(match, port, protocol));
  return [...new Set(own.map(({ path }) => path))].flatMap((path) => {
    const found = own.filter((match) => match.path === path).map(({ name }) => name);
    const names = [...new Set(found.filter((name) => name !== null))];
    const every = found.includes(null) ? [{ port, protocol, names: [], path }] : [];
    return [...(names.length > 0 ? [{ port, protocol, names, path }] : []), ...every];
  });
};

export const isFor = (match: VirtualHost, port: number, protocol: Door['protocol']): boolean =>
  (match.protocol === null || match.protocol === protocol) && (match.port === null || match.port === port);

export const matchFaults = (path: Path, service: ComposeService): PathFault[] => {
  const isBoth = (service['x-berth']?.traffic_matches.length ?? 0) > 0 && (service.environment.VIRTUAL_HOST ?? '').trim() !== '';
  const both: PathFault = {
    path: [...path, ...EXTENSION],
    isKey: true,
    message: 'names servers, and so does the variable VIRTUAL_HOST of the environment',
    fix: 'keep one of x-berth.traffic_matches and environment.VIRTUAL_HOST',
    other: [...path, ...VARIABLE],
  };
  const unread = matchesOf(service).unread.map((entry) => ({
    path: [...path, ...VARIABLE],
    isKey: false,
    message: `has an entry (number ${entry}) that is not [scheme://]host[:port][/path]`,
    fix: 'part entries by commas, for example "app.example.com, https://app.example.com:8443/api"',
  }));
  return [...(isBoth ? [both] : []), ...unread];
};
