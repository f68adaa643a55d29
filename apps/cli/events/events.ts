import type { EventFilter } from '../api/api.ts';
import { followEvents } from '../api/follow.ts';
import { type Raised, raisedText, type WireEvent } from '../api/wire-event.ts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { HEADERS, Layout, plainLine, rowOf } from './layout.ts';
import { momentOf } from './moments.ts';

export interface EventsOptions extends Omit<EventFilter, 'from' | 'order' | 'type'> {
  readonly type?: readonly string[] | undefined;
  /** A time, or how long ago. */
  readonly since?: string | undefined;
  readonly newest: boolean;
  readonly follow: boolean;
  readonly json: boolean;
}

/** Prints events. JSON is one CloudEvent a line; a person's screen gets lines that fit it; a pipe gets a table. */
export const events = async (context: Context, { follow, json, newest, since, type, ...given }: EventsOptions): Promise<ExitCode> => {
  if (follow && (newest || given.before !== undefined))
    throw new Exit(EXIT.usage, 'read --follow: it goes on with what comes; leave out --newest and --before');
  const now = context.clock.now();
  const filter = {
    ...given,
    type: type?.join(','),
    from: momentOf('--since', since, now),
    until: momentOf('--until', given.until, now),
    order: newest ? ('newest' as const) : undefined,
  };
  await (follow ? printFollowed(context, filter, json) : printPage(context, filter, json));
  return EXIT.ok;
};

const printPage = async ({ api, terminal }: Context, filter: EventFilter, json: boolean): Promise<void> => {
  const page = await api.events(filter);
  for (const line of pageLines(terminal, page.events, json)) terminal.data(line);
  for (const { first, last, file } of page.archived ?? [])
    terminal.note(`positions ${first}–${last} are archived; all of them: berth archive show ${file}`);
  const last = page.events.at(-1)?.position;
  if (last === undefined) terminal.note('nothing in the log is so');
  else if (page.events.length >= (filter.limit ?? 100))
    terminal.note(`there may be more: --${filter.order === 'newest' ? 'before' : 'after'} ${last}`);
};

export const pageLines = (terminal: Context['terminal'], found: readonly WireEvent[], json: boolean): readonly string[] => {
  if (json) return found.map((event) => JSON.stringify(event));
  const layout = layoutOf(terminal);
  if (layout !== null) return found.flatMap((event) => layout.linesOf(event));
  return found.length === 0 ? [] : tableLines(HEADERS, found.map(rowOf));
};

const printFollowed = async ({ api, clock, terminal, signal }: Context, filter: EventFilter, json: boolean): Promise<void> => {
  const onLost = (error: Error): void => terminal.note(`the stream broke (${error.message}); taking it up again`);
  const onRaised = (raised: Raised): void => terminal.note(raisedText(raised));
  const layout = layoutOf(terminal);
  if (!json && layout === null) terminal.data(plainLine(HEADERS));
  for await (const event of followEvents({ api, clock, filter, signal, onLost, onRaised })) {
    if (json) terminal.data(JSON.stringify(event));
    else for (const line of layout?.linesOf(event) ?? [plainLine(rowOf(event))]) terminal.data(line);
  }
};

const layoutOf = (terminal: Context['terminal']): Layout | null =>
  terminal.width === null ? null : new Layout({ width: terminal.width, paint: (style, text) => terminal.paint(style, text, 'out') });
