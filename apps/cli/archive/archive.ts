import { type ArchiveCut, type ArchivedRange, type ArchiveVerdict, type ArchiveView, type ArchiveWritten, isoText } from '#libs/contracts';
import type { WireEvent } from '../api/wire-event.ts';
import type { Context } from '../context.ts';
import { pageLines } from '../events/events.ts';
import { momentOf } from '../events/moments.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { sizeText } from '../print/size.ts';
import { tableLines } from '../print/table.ts';

interface Output {
  readonly json: boolean;
}

export interface WriteOptions extends Output {
  /** A position, a time, or how long ago. */
  readonly before: string;
}

/** Prints which ranges of the log stand in files, and where. */
export const listArchive = async ({ api, terminal }: Context, { json }: Output): Promise<ExitCode> => {
  const view = await api.get<ArchiveView>('/v1/archive');
  for (const line of json ? [JSON.stringify(view)] : rangeLines(view.ranges)) terminal.data(line);
  if (json) return EXIT.ok;
  if (view.ranges.length === 0) terminal.note('nothing is archived; berth archive write --before 30d writes what is older');
  else terminal.note(`kept by the gateway in ${view.folder ?? 'no folder: set BERTH_ARCHIVE there'}`);
  return EXIT.ok;
};

/** Writes what is before a moment to files; nothing leaves the table. */
export const writeArchive = async (context: Context, { before, json }: WriteOptions): Promise<ExitCode> => {
  const { terminal } = context;
  const body = { before: /^\d+$/.test(before) ? Number(before) : momentOf('--before', before, context.clock.now()) };
  const written: ArchivedRange[] = [];
  for (let goesOn = true; goesOn; ) {
    const step = await post<ArchiveWritten>(context, '/v1/archive', body);
    if (!json) for (const range of step.written) terminal.note(`${placesOf(range)} are in ${range.file} (${sizeText(range.bytes)})`);
    written.push(...step.written);
    goesOn = step.goesOn;
  }
  if (json) terminal.data(JSON.stringify({ written }));
  else if (written.length === 0) terminal.note('nothing to write: what is before that is archived, or there is nothing');
  else terminal.note('the table still has them; keep a copy of the files, then berth archive cut takes them out of it');
  return EXIT.ok;
};

/** Reads all files as they are now. A damaged or missing one is exit code 1. */
export const verifyArchive = async ({ api, terminal }: Context, { json }: Output): Promise<ExitCode> => {
  const verdict = await api.get<ArchiveVerdict>('/v1/archive/verify');
  for (const line of json ? [JSON.stringify(verdict)] : verdictLines(verdict)) terminal.data(line);
  return verdict.status === 'intact' ? EXIT.ok : EXIT.unexpected;
};

/** Takes out of the table what is in files. */
export const cutArchive = async (context: Context, { json }: Output): Promise<ExitCode> => {
  const { terminal } = context;
  const cut: ArchivedRange[] = [];
  for (let goesOn = true, kept: string | null = null; goesOn; ) {
    const step = await post<ArchiveCut>(context, '/v1/archive/cut', {});
    if (!json) for (const range of step.cut) terminal.note(`${placesOf(range)} left the table; they are read from ${range.file}`);
    cut.push(...step.cut);
    ({ goesOn, kept } = step);
    if (!goesOn && json) terminal.data(JSON.stringify({ cut, kept }));
    else if (!goesOn && kept !== null) terminal.note(kept);
    else if (!goesOn && cut.length === 0) terminal.note('nothing to cut: berth archive write --before 30d writes what is older');
  }
  return EXIT.ok;
};

/** Prints the events of a file, wherever else they are. */
export const showArchive = async ({ api, terminal }: Context, file: string, { json }: Output): Promise<ExitCode> => {
  const { events } = await api.get<{ events: readonly WireEvent[] }>(`/v1/archive/${encodeURIComponent(file)}`);
  for (const line of pageLines(terminal, events, json)) terminal.data(line);
  return EXIT.ok;
};

export const rangeLines = (ranges: readonly ArchivedRange[]): string[] =>
  ranges.length === 0
    ? []
    : tableLines(
        ['POSITIONS', 'FROM', 'TO', 'SIZE', 'IN THE TABLE', 'FILE'],
        ranges.map(({ first, last, firstAt, lastAt, bytes, isCut, file }) => [
          `${first}–${last}`,
          minuteText(firstAt),
          minuteText(lastAt),
          sizeText(bytes),
          isCut ? 'no' : 'yes',
          file,
        ]),
      );

export const verdictLines = ({ status, files, findings }: ArchiveVerdict): string[] => [
  ...findings.map(({ file, fault }) => `${file}: ${fault}.`),
  status === 'intact' ? `The ${files} files of the archive are as they were written.` : `${files} files were read.`,
];

/** `2026-11-21 14:02Z`. */
const minuteText = (at: number): string => `${isoText(at).slice(0, 16).replace('T', ' ')}Z`;

const placesOf = ({ first, last }: ArchivedRange): string => `positions ${first}–${last}`;

const post = async <T>({ api }: Context, path: string, body: object): Promise<T> => {
  const headers = { 'content-type': 'application/json' };
  return (await (await api.call(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as T;
};
