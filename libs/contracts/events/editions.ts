import { z } from 'zod';
import { Rejected } from '../errors.ts';
import { catalog, type EventType } from './catalog.ts';

type Data = Readonly<Record<string, unknown>>;

/** One version of an event's data. A published one never changes: what must change gets the next. */
export interface Edition {
  readonly schema: z.ZodType;
  /** It is written once the platform's format is at least this: then every replica reads it. */
  readonly format: number;
  /** From the version before to this one and back, pure. Absent in the first. */
  readonly upcast?: (older: Data) => Data;
  readonly downcast?: (newer: Data) => Data;
}

/** The format of a log in which no `FormatRaised` stands. */
export const FIRST_FORMAT = 1;

/** All versions of all events, oldest first: reads any of them as the newest, and writes the newest that a format allows. */
export class Editions {
  readonly #byType: ReadonlyMap<string, readonly Edition[]>;
  /** The newest format that is read here. */
  readonly newestFormat: number;

  constructor(byType: Readonly<Record<string, readonly Edition[]>>) {
    this.#byType = new Map(Object.entries(byType));
    this.newestFormat = Math.max(FIRST_FORMAT, ...[...this.#byType.values()].flat().map(({ format }) => format));
  }

  versions(type: string): readonly Edition[] {
    return this.#byType.get(type) ?? [];
  }

  current(type: string): number {
    return this.versions(type).length;
  }

  /** Data of any version in the shape of the newest; throws `Rejected` that names the type and what is wrong. */
  read(type: string, v: number, data: unknown): Data {
    const versions = this.versions(type);
    const { length } = versions;
    if (length === 0) throw new Rejected(`read event: no type is called ${type}`);
    if (v > length) throw new Rejected(`read event ${type}: version ${v} is newer than ${length}, the newest known here`);
    const written = versions[v - 1];
    if (!written) throw new Rejected(`read event ${type}: there is no version ${v}`);
    return versions.slice(v).reduce((older, edition) => this.#upcast(type, edition, older), parsed(type, written, data));
  }

  /** The version that the format allows, and the data in it. They are given in the newest. */
  write(type: string, data: unknown, format: number): { readonly v: number; readonly data: Data } {
    const versions = this.versions(type);
    const newest = this.read(type, Math.max(1, versions.length), data);
    const v = versions.findLastIndex((edition) => edition.format <= format) + 1;
    if (v === 0)
      throw new Rejected(`write event ${type}: it needs format ${versions[0]?.format} and the platform is at ${format}: raise the format`);
    return { v, data: versions.slice(v).reduceRight((newer, { downcast = same }) => downcast(newer), newest) };
  }

  #upcast(type: string, edition: Edition, older: Data): Data {
    return parsed(type, edition, (edition.upcast ?? same)(older));
  }
}

const same = (data: Data): Data => data;

const parsed = (type: string, { schema }: Edition, data: unknown): Data => {
  const result = schema.safeParse(data);
  if (!result.success) throw new Rejected(`read event ${type}: ${z.prettifyError(result.error)}`);
  return result.data as Data;
};

/** Types that ever changed: all their versions, the last with the schema of the catalog. */
const published: Partial<Record<EventType, readonly Edition[]>> = {};

/** Every event version that Berth ever wrote. */
export const editions = new Editions(
  Object.fromEntries(
    Object.entries(catalog).map(([type, schema]) => [type, published[type as EventType] ?? [{ schema, format: FIRST_FORMAT }]]),
  ),
);

/** The schema version of an event's data as it is read and decided. */
export const currentVersion = (type: string): number => editions.current(type);
