import type { Generation, NamedEndpoint, NamesPart } from '#libs/contracts';
import { datasourceNames } from './datasource-names.ts';
import { addressEntry, type Entry, nothing } from './entry.ts';

/** What one kind of caller finds, by the name relative to the stack. */
export type View = ReadonlyMap<string, Entry>;

/** One stack's names, compiled once per generation so that a query is two look-ups. */
export interface StackTable {
  readonly stack: string;
  readonly generation: Generation;
  /** The version as which a container calls. */
  readonly callers: ReadonlyMap<string, number>;
  /** By the caller's version. */
  readonly views: ReadonlyMap<number, View>;
  /** For callers of a version that this generation does not know yet. */
  readonly early: View;
  /** For callers of other stacks and for strangers: the promoted version. */
  readonly outside: View;
  /** Relative names by address. */
  readonly pointers: ReadonlyMap<string, string>;
}

export const stackTable = (part: NamesPart): StackTable => {
  const versions = Object.entries(part.versions).map(([version, services]) => ({ version: Number(version), services }));
  const all = new Set(versions.flatMap(({ services }) => Object.keys(services)));
  const promoted = versions.find(({ version }) => version === part.promoted)?.services ?? {};
  return {
    stack: part.stack,
    generation: part.generation,
    callers: new Map(Object.entries(part.callers)),
    views: new Map(
      versions.map(({ version, services }) => {
        const fallback = wasLive(part, version) ? promoted : {};
        return [version, compile(part, { own: services, ownVersion: version, promoted, fallback })] as const;
      }),
    ),
    early: compile(part, { own: emptied(all), ownVersion: null, promoted, fallback: {} }),
    outside: compile(part, { own: emptied(all), ownVersion: null, promoted, fallback: promoted }),
    pointers: new Map(
      versions.flatMap(({ services }) =>
        Object.entries(services).flatMap(([service, endpoints]) =>
          endpoints.map(({ container, address }) => [address, instanceName(part.stack, service, container)] as const),
        ),
      ),
    ),
  };
};

/** `1-abcdefgh-1.api` of `shop-api-1-abcdefgh-1`: short enough for a label whatever the names are. */
export const instanceName = (stack: string, service: string, container: string): string => {
  const prefix = `${stack}-${service}-`;
  return `${container.startsWith(prefix) ? container.slice(prefix.length) : container}.${service}`;
};

type Services = NamesPart['versions'][string];

const wasLive = ({ promoted }: NamesPart, version: number): boolean => promoted !== null && version <= promoted;

const emptied = (services: ReadonlySet<string>): Services => Object.fromEntries([...services].map((service) => [service, []]));

interface Sight {
  readonly own: Services;
  readonly ownVersion: number | null;
  readonly promoted: Services;
  /** Where the own version has none: the promoted services, or nothing. */
  readonly fallback: Services;
}

/**
 * A caller's own version where it has containers, else the fallback's. Of a service that is not versioned it is the promoted one
 * where that has containers, else the own: the first deployment of a stack has nobody else to call.
 */
const compile = (part: NamesPart, { own, ownVersion, promoted, fallback }: Sight): View => {
  const view = new Map<string, Entry>(datasourceNames(part.stack, part.datasources));
  const owns = { version: ownVersion, services: new Map(Object.entries(own)) };
  const fallbacks = { version: part.promoted, services: new Map(Object.entries(fallback)) };
  const all = { version: part.promoted, services: new Map(Object.entries(promoted)) };
  const unversioned = part.unversioned[`${ownVersion}`] ?? [];
  for (const service of new Set([...owns.services.keys(), ...fallbacks.services.keys()])) {
    const order = unversioned.includes(service) ? [all, owns] : [owns, fallbacks];
    const source = order.find(({ services }) => (services.get(service) ?? []).length > 0);
    addService(view, { part, service, version: source?.version ?? part.promoted, endpoints: source?.services.get(service) ?? [] });
  }
  for (const name of [...view.keys()]) addParents(view, name);
  return view;
};

const addService = (
  view: Map<string, Entry>,
  { part, service, version, endpoints }: { part: NamesPart; service: string; version: number | null; endpoints: readonly NamedEndpoint[] },
): void => {
  const key = `${part.stack}/${version}/${service}`;
  view.set(
    service,
    addressEntry(
      key,
      endpoints.map((endpoint) => endpoint.address),
    ),
  );
  for (const { container, address } of endpoints)
    view.set(instanceName(part.stack, service, container), addressEntry(`${key}/${container}`, [address]));
};

/** A name above an existing one exists too (RFC 8020). */
const addParents = (view: Map<string, Entry>, name: string): void => {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const parent = name.slice(dot + 1);
    if (!view.has(parent)) view.set(parent, nothing);
  }
};
