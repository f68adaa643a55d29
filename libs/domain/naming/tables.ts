import type { ContainerId, HostId, NamesPart, ServiceName, StackName } from '#libs/contracts';
import type { Network } from './network.ts';
import { type StackTable, stackTable } from './stack-table.ts';

/** Who asks. */
export interface Caller {
  readonly stack: StackName;
  readonly service: ServiceName;
  readonly container: ContainerId;
  /** The version that it was made for; the stack's table may let it call as another one. */
  readonly version: number;
  readonly host: HostId;
}

/** Everything that an answer is made from. Never changed: a new one takes its place whole. */
export interface Tables {
  /** In lower case, without a dot at the end. */
  readonly zone: string;
  /** Addresses of containers come from here: who else could know their names? Null: anybody. */
  readonly pool: Network | null;
  readonly stacks: ReadonlyMap<string, StackTable>;
  /** By IPv4 address. */
  readonly callers: ReadonlyMap<string, Caller>;
  /** The highest position of the generations: the SOA's serial. */
  readonly serial: number;
}

export const emptyTables = (zone: string, pool: Network | null): Tables => ({
  zone: zone.toLowerCase().replace(/\.$/, ''),
  pool,
  stacks: new Map(),
  callers: new Map(),
  serial: 0,
});

export const withPart = (tables: Tables, part: NamesPart): Tables =>
  withStacks(tables, new Map(tables.stacks).set(part.stack, stackTable(part)));

export const withoutStack = (tables: Tables, stack: string): Tables => {
  const stacks = new Map(tables.stacks);
  stacks.delete(stack);
  return withStacks(tables, stacks);
};

export const withCallers = (tables: Tables, callers: Readonly<Record<string, Caller>>): Tables => ({
  ...tables,
  callers: new Map(Object.entries(callers)),
});

const withStacks = (tables: Tables, stacks: Tables['stacks']): Tables => ({
  ...tables,
  stacks,
  serial: Math.max(0, ...[...stacks.values()].map((table) => table.generation.position)) >>> 0,
});
