import type { z } from 'zod';
import type { BerthEvent } from './envelope.ts';
import { catalog, type EventType } from './events/catalog.ts';
import { containerId, hostId } from './ids.ts';

/** What an event names, in whatever list it carries it. Each once, in the order in which they stand in the schema. */
export interface Mentions {
  readonly hosts: readonly string[];
  readonly containers: readonly string[];
}

/** Read from the schema of the type: a new event that names a host or container is found without a word here. */
export const mentionsOf = ({ type, data }: Pick<BerthEvent, 'type' | 'data'>): Mentions => {
  const hosts = new Set<string>();
  const containers = new Set<string>();
  walkOf(type)?.(data, { hosts, containers });
  return { hosts: [...hosts], containers: [...containers] };
};

interface Found {
  readonly hosts: Set<string>;
  readonly containers: Set<string>;
}
type Walk = (value: unknown, found: Found) => void;

const walks = new Map<EventType, Walk | null>();

const walkOf = (type: EventType): Walk | null => {
  const known = walks.get(type);
  if (known !== undefined) return known;
  const walk = walkOfSchema(catalog[type]);
  walks.set(type, walk);
  return walk;
};

/** Null where nothing below names one. */
const walkOfSchema = (schema: z.core.$ZodType): Walk | null => {
  if (is(schema, containerId)) return (value, found) => void (typeof value === 'string' && found.containers.add(value));
  if (is(schema, hostId)) return (value, found) => void (typeof value === 'string' && found.hosts.add(value));
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return walkOfObject(def.shape);
    case 'array':
      return eachOf(walkOfSchema(def.element), (value) => (Array.isArray(value) ? value : []));
    case 'record':
      return both(eachOf(walkOfSchema(def.keyType), Object.keys), eachOf(walkOfSchema(def.valueType), Object.values));
    case 'nullable':
    case 'optional':
    case 'default':
    case 'readonly':
      return walkOfSchema(def.innerType);
    case 'union':
      // Whichever of them it is: the walks of the others find nothing in it.
      return def.options.map(walkOfSchema).reduce(both, null);
    default:
      return null;
  }
};

const is = (schema: z.core.$ZodType, name: z.ZodType): boolean => schema === name;

const walkOfObject = (shape: Readonly<Record<string, z.core.$ZodType>>): Walk | null => {
  const steps = Object.entries(shape).flatMap(([key, schema]) => {
    const walk = walkOfSchema(schema);
    return walk ? [[key, walk] as const] : [];
  });
  if (steps.length === 0) return null;
  return (value, found) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, walk] of steps) walk((value as Readonly<Record<string, unknown>>)[key], found);
  };
};

const eachOf = (walk: Walk | null, listOf: (value: object) => readonly unknown[]): Walk | null =>
  walk &&
  ((value, found) => {
    if (typeof value !== 'object' || value === null) return;
    for (const one of listOf(value)) walk(one, found);
  });

const both = (a: Walk | null, b: Walk | null): Walk | null =>
  a && b
    ? (value, found) => {
        a(value, found);
        b(value, found);
      }
    : (a ?? b);
