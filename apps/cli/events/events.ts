import type { EventFilter } from '../api/api.ts';
import { followEvents } from '../api/follow.ts';
import type { WireEvent } from '../api/wire-event.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { rowText, tableLines } from '../print/table.ts';
import { summaryOf } from './summary.ts';

export interface EventsOptions extends EventFilter {
  readonly follow: boolean;
  readonly json: boolean;
}

const HEADERS = ['POSITION', 'TIME', 'STREAM', 'TYPE', 'ABOUT'];
/** Of rows that come one by one. */
const WIDTHS = [8, 24, 18, 21, 0];

/** Prints events, oldest first. JSON is one CloudEvent a line. */
export const events = async (context: Context, { follow, json, ...filter }: EventsOptions): Promise<ExitCode> => {
  await (follow ? printFollowed(context, filter, json) : printPage(context, filter, json));
  return EXIT.ok;
};

const printPage = async ({ api, terminal }: Context, filter: EventFilter, json: boolean): Promise<void> => {
  const page = await api.events(filter);
  const lines = json ? page.events.map((event) => JSON.stringify(event)) : tableLines(HEADERS, page.events.map(rowOf));
  for (const line of lines) terminal.data(line);
  const last = page.events.at(-1)?.position;
  if (last !== undefined && page.events.length >= (filter.limit ?? 100)) terminal.note(`there may be more: --after ${last}`);
};

const printFollowed = async ({ api, clock, terminal, signal }: Context, filter: EventFilter, json: boolean): Promise<void> => {
  const onLost = (error: Error): void => terminal.note(`the stream broke (${error.message}); taking it up again`);
  if (!json) terminal.data(rowText(HEADERS, WIDTHS));
  for await (const event of followEvents({ api, clock, filter, signal, onLost }))
    terminal.data(json ? JSON.stringify(event) : rowText(rowOf(event), WIDTHS));
};

const rowOf = (event: WireEvent): string[] => [
  String(event.position),
  event.time,
  event.source.replace(/^\//, ''),
  event.type,
  summaryOf(event).replaceAll(/\s+/g, ' '),
];
