import type { Entry } from './entry.ts';
import { isInNetwork } from './network.ts';
import { instanceName, type StackTable, type View } from './stack-table.ts';
import type { Caller, Tables } from './tables.ts';
import { Type } from './wire/index.ts';

export interface Question {
  /** Lower case, without a dot at the end; a dot inside a label is written as `DOT_IN_LABEL`. */
  readonly name: string;
  readonly type: number;
}

export type Answer =
  | Extract<Entry, { kind: 'addresses' | 'alias' }>
  /** Of an address: the name of its container. */
  | { readonly kind: 'pointer'; readonly target: string }
  /** The zone's own record is asked for. */
  | { readonly kind: 'authority' }
  /** The name exists and has no record of this type. */
  | { readonly kind: 'nothing' }
  /** There is no such name. */
  | { readonly kind: 'unknown' }
  /** The caller's stack has no table yet, so nothing can be said. */
  | { readonly kind: 'unready' }
  /** Not ours: others may know. */
  | { readonly kind: 'foreign' };

/**
 * What this caller finds under this name. A caller gets containers of its own version; of the promoted one only when its own was
 * live and has none left. Callers of other stacks, and those nobody knows (null), get the promoted version by full names.
 */
export const answer = (tables: Tables, caller: Caller | null, { name, type }: Question): Answer => {
  const { zone } = tables;
  if (name.endsWith(zone)) {
    if (name.length === zone.length) return type === Type.SOA || type === Type.ANY ? authority : nothing;
    const dot = name.length - zone.length - 1;
    if (name[dot] === '.') return ofType(find(tables, caller, name.slice(0, dot)), type);
  }
  return name.endsWith(REVERSE) ? pointer(tables, name, type) : foreign;
};

const REVERSE = '.in-addr.arpa';
const authority: Answer = { kind: 'authority' };
const nothing: Answer & Entry = { kind: 'nothing' };
const unknown: Answer = { kind: 'unknown' };
const unready: Answer = { kind: 'unready' };
const foreign: Answer = { kind: 'foreign' };

/** The own stack first, then `<name>.<stack>`. */
const find = (tables: Tables, caller: Caller | null, relative: string): Entry | Extract<Answer, { kind: 'unknown' | 'unready' }> => {
  const own = caller === null ? undefined : tables.stacks.get(caller.stack);
  const found = own && caller ? viewOf(own, caller).get(relative) : undefined;
  if (found) return found;
  const dot = relative.lastIndexOf('.');
  const table = tables.stacks.get(relative.slice(dot + 1));
  if (table) {
    if (dot < 0) return nothing;
    const entry = viewFor(table, caller).get(relative.slice(0, dot));
    if (entry) return entry;
  }
  return caller !== null && own === undefined ? unready : unknown;
};

const viewFor = (table: StackTable, caller: Caller | null): View =>
  caller !== null && caller.stack === table.stack ? viewOf(table, caller) : table.outside;

const viewOf = (table: StackTable, { container, version }: Caller): View =>
  table.views.get(table.callers.get(container) ?? version) ?? table.early;

const ofType = (found: Entry | Extract<Answer, { kind: 'unknown' | 'unready' }>, type: number): Answer =>
  found.kind === 'addresses' && type !== Type.A && type !== Type.ANY ? nothing : found;

const pointer = (tables: Tables, name: string, type: number): Answer => {
  const address = name.slice(0, -REVERSE.length).split('.').reverse().join('.');
  const target = targetOf(tables, address);
  if (target !== null) return type === Type.PTR || type === Type.ANY ? { kind: 'pointer', target } : nothing;
  return tables.pool !== null && isInNetwork(tables.pool, address) ? unknown : foreign;
};

const targetOf = (tables: Tables, address: string): string | null => {
  for (const table of tables.stacks.values()) {
    const name = table.pointers.get(address);
    if (name !== undefined) return `${name}.${table.stack}.${tables.zone}`;
  }
  const caller = tables.callers.get(address);
  return caller ? `${instanceName(caller.stack, caller.service, caller.container)}.${caller.stack}.${tables.zone}` : null;
};
