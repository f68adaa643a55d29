import type { EventQuery } from '../event-log.ts';
import { limitOf, typesOf } from '../query.ts';
import { COLUMNS } from './rows.ts';

export interface Select {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The statement that answers a question from the columns of `events`. Each shape of question is written so that an index gives the rows
 * in their order and the limit ends the work: a stream by its versions, several types each from its own index.
 */
export const selectEvents = (query: EventQuery): Select => {
  const select = new Writing(query);
  const { stream } = query;
  if (stream !== undefined) return select.ofStream(stream);
  const types = typesOf(query);
  return types !== null && types.length > 1 && query.stack === undefined ? select.ofTypes(types) : select.plain();
};

/** The same, along the positions at which `mentions` holds all of these keys. */
export const selectMentioned = (query: EventQuery, keys: readonly string[]): Select => new Writing(query).ofKeys(keys);

class Writing {
  readonly #query: EventQuery;
  readonly #values: unknown[] = [];
  readonly #direction: 'asc' | 'desc';

  constructor(query: EventQuery) {
    this.#query = query;
    this.#direction = query.order === 'newest' ? 'desc' : 'asc';
  }

  plain(): Select {
    const where = [...this.#bounds('position'), ...this.#columns(), ...this.#types()];
    return this.#select(`from events ${whereOf(where)} order by position ${this.#direction} ${this.#limit()}`);
  }

  ofStream(name: string): Select {
    const stream = this.#mark(name);
    const { after = 0, before } = this.#query;
    const where = [`stream = ${stream}`];
    if (after > 0) where.push(`version >= first_version_after(${stream}, ${this.#mark(after)})`);
    if (before !== undefined) where.push(`version < first_version_after(${stream}, ${this.#mark(before - 1)})`);
    where.push(...this.#times('position'), ...this.#columns(), ...this.#types());
    return this.#select(`from events ${whereOf(where)} order by version ${this.#direction} ${this.#limit()}`);
  }

  /** From each type as many as are wanted of all. */
  ofTypes(types: readonly string[]): Select {
    const list = this.#mark(types);
    const where = ['e.type = t.wanted', ...this.#bounds('position'), ...this.#columns()];
    const [limit, direction] = [this.#limit(), this.#direction];
    return this.#select(
      `from unnest (${list}::text[]) as t (wanted) cross join lateral
        (select * from events e ${whereOf(where)} order by position ${direction} ${limit}) as events
        order by position ${direction} ${limit}`,
    );
  }

  /** The inner limit keeps the planner from anything but looking up position by position. */
  ofKeys([first, ...others]: readonly string[]): Select {
    const places = [`key = ${this.#mark(first)}`, ...this.#bounds('position')];
    for (const key of others)
      places.push(`exists (select from mentions o where o.key = ${this.#mark(key)} and o.position = mentions.position)`);
    const row = ['e.position = m.place', ...this.#columns(), ...this.#types(), ...this.#stream()];
    return this.#select(
      `from (select position as place from mentions ${whereOf(places)}) as m
        cross join lateral (select * from events e ${whereOf(row)} limit 1) as events
        order by place ${this.#direction} ${this.#limit()}`,
    );
  }

  #bounds(position: string): string[] {
    const { after = 0, before } = this.#query;
    const bounds = [`${position} > ${this.#mark(after)}::int8`];
    if (before !== undefined) bounds.push(`${position} < ${this.#mark(before)}::int8`);
    return [...bounds, ...this.#times(position)];
  }

  /** A select of its own is worked out once, before the rows. */
  #times(position: string): string[] {
    const { from, until } = this.#query;
    const place = (instant: number): string => `(select first_position_at(${this.#mark(instant)}::int8))`;
    return [
      ...(from === undefined ? [] : [`${position} >= ${place(from)}`]),
      ...(until === undefined ? [] : [`${position} < ${place(until)}`]),
    ];
  }

  #columns(): string[] {
    const { stack, actor, correlation, causation } = this.#query;
    return [
      ...(stack === undefined ? [] : [`concerns = 'stack' and subject = ${this.#mark(stack)}`]),
      ...(actor === undefined ? [] : [`actor = ${this.#mark(actor)}`]),
      ...(correlation === undefined ? [] : [`correlation = ${this.#mark(correlation)}`]),
      ...(causation === undefined ? [] : [`causation = ${this.#mark(causation)}`]),
    ];
  }

  #types(): string[] {
    const types = typesOf(this.#query);
    if (types === null) return [];
    return [types.length === 1 ? `type = ${this.#mark(types[0])}` : `type = any (${this.#mark(types)}::text[])`];
  }

  #stream(): string[] {
    return this.#query.stream === undefined ? [] : [`stream = ${this.#mark(this.#query.stream)}`];
  }

  #limit(): string {
    return `limit ${this.#mark(limitOf(this.#query))}::int8`;
  }

  #mark(value: unknown): string {
    return `$${this.#values.push(value)}`;
  }

  #select(rest: string): Select {
    return { text: `select ${COLUMNS} ${rest}`, values: this.#values };
  }
}

const whereOf = (filters: readonly string[]): string => `where ${filters.join(' and ')}`;
