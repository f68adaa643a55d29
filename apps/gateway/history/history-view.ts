import type pg from 'pg';
import type { BerthEvent, StackName } from '#libs/contracts';
import type { View } from '#libs/event-log/views';
import { Ledger, type OpenPiece, type Row } from './ledger.ts';
import { keysOf, type PieceKey } from './pieces.ts';
import { nodeOf } from './spans.ts';

/** Keeps what was true at every position. A batch is one reading of what is open, one fold and three writes, whatever its size. */
export const historyView: View = {
  name: 'history-1',
  apply: async (client: pg.PoolClient, events: readonly BerthEvent[]): Promise<void> => {
    const ledger = new Ledger(await readOpen(client, events));
    for (const event of events) ledger.fold(event);
    const { begun, ended, names } = ledger.finish();
    if (ended.length > 0) await client.query(END, columnsOf(ended, [...SPAN, nodeOfRow]));
    if (begun.length > 0) await client.query(BEGIN, columnsOf(begun, [...SPAN, nodeOfRow, ({ value }) => value]));
    if (names.length > 0)
      await client.query(NAMES, columnsOf(names, [({ stack }) => stack, ({ position }) => position, ({ incarnation }) => incarnation]));
    const times = [...new Map(events.map(({ at, position }) => [at, position]))];
    await client.query(TIMES, columnsOf(times, [([at]) => at, ([, position]) => position]));
  },
};

const SPAN = [
  ({ stack }: Span) => stack,
  ({ kind }: Span) => kind,
  ({ key }: Span) => key,
  ({ from }: Span) => from,
  ({ to }: Span) => to,
] as const;
type Span = Omit<Row, 'value'>;

const nodeOfRow = ({ from, to }: Span): number | null => (to === null ? null : nodeOf(from, to));

const columnsOf = <T>(rows: readonly T[], columns: readonly ((row: T) => unknown)[]): unknown[][] =>
  columns.map((column) => rows.map((row) => column(row)));

const END = `
update history_pieces as p set to_position = e.until, node = e.node
from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::int8[]) as e (stack, kind, key, since, until, node)
where p.kind = e.kind and p.key = e.key and p.stack = e.stack and p.from_position = e.since`;
const BEGIN = `
insert into history_pieces (stack, kind, key, from_position, to_position, node, value)
select stack, kind, key, since, until, node, value::json
from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::text[])
  as b (stack, kind, key, since, until, node, value)`;
const NAMES = 'insert into history_names (stack, position, incarnation) select * from unnest($1::text[], $2::int8[], $3::int8[])';
const TIMES = `
insert into history_times (at, position) select * from unnest($1::int8[], $2::int8[])
on conflict (at) do update set position = excluded.position`;

interface PieceRow extends Omit<OpenPiece, 'from'> {
  readonly from_position: string;
}

/** What is open of all that these events may change. First the pieces that tell which others a promotion or a new draft is about. */
const readOpen = async (client: pg.PoolClient, events: readonly BerthEvent[]): Promise<readonly OpenPiece[]> => {
  const wanted = new Map<string, readonly [StackName, PieceKey]>();
  const want = (stack: StackName, key: PieceKey): unknown => wanted.set(JSON.stringify([stack, key.kind, key.key]), [stack, key]);
  for (const event of events) {
    if ('stack' in event.data) for (const key of keysOf(event)) want(event.data.stack, key);
  }
  const turning = [...new Set(events.flatMap((event) => (isTurning(event) ? [event.data.stack] : [])))];
  const first = turning.length === 0 ? [] : (await client.query<PieceRow>(STACKS, [turning])).rows;
  for (const { stack, kind, value } of first) {
    if (kind !== 'stack') continue;
    const { promoted, newest } = value as { promoted: number | null; newest: number };
    for (const version of [promoted, newest]) if (version) want(stack, { kind: 'version', key: String(version) });
  }
  const keys = [...wanted.values()];
  const columns = columnsOf(keys, [([stack]) => stack, ([, { kind }]) => kind, ([, { key }]) => key]);
  const rest = keys.length === 0 ? [] : (await client.query<PieceRow>(OPEN, columns)).rows;
  const found = new Map([...first, ...rest].map((row) => [JSON.stringify([row.stack, row.kind, row.key]), row]));
  return [...found.values()].map(({ from_position, ...row }) => ({ ...row, from: Number(from_position) }));
};

const isTurning = (
  event: BerthEvent,
): event is Extract<BerthEvent, { type: 'VersionCreated' | 'VersionPromoted' | 'DoorsDrawn' | 'DeployFailed' }> =>
  ['VersionCreated', 'VersionPromoted', 'DoorsDrawn', 'DeployFailed'].includes(event.type);

const STACKS = `
select stack, kind, key, from_position, value from history_pieces
where stack = any ($1) and to_position is null and kind in ('stack', 'draft')`;
const OPEN = `
select p.stack, p.kind, p.key, p.from_position, p.value
from unnest($1::text[], $2::text[], $3::text[]) as w (stack, kind, key)
join history_pieces p on p.stack = w.stack and p.kind = w.kind and p.key = w.key and p.to_position is null`;
