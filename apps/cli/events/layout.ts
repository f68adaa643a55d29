import { instantOfText } from '#libs/contracts';
import type { WireEvent } from '../api/wire-event.ts';
import { rowText } from '../print/table.ts';
import type { Style } from '../print/terminal.ts';
import { clockText, dayText } from '../print/times.ts';
import { wrap } from '../print/wrap.ts';
import { summaryOf } from './summary.ts';

export const HEADERS = ['POSITION', 'TIME', 'WHAT', 'OF', 'WHO', 'ABOUT'];
/** Of rows that come one by one. */
const WIDTHS = [8, 24, 21, 16, 16, 0];

/** One row of plain text, for files, pipes and `grep`; its time is whole. */
export const rowOf = (event: WireEvent): readonly string[] => [
  String(event.position),
  event.time,
  event.type,
  event.subject,
  event.actor,
  aboutOf(event),
];
export const plainLine = (row: readonly string[]): string => rowText(row, WIDTHS);

export interface Screen {
  readonly width: number;
  readonly paint: (style: Style, text: string) => string;
  readonly timeZone?: string;
}

/** Room for the summary beside the rest; with less it goes below. */
const LEAST_ABOUT = 36;

/**
 * For a person's eyes: time, what, of which stack or host, about what, by whom. A day is said when it begins; a summary that does not fit
 * goes on in the next line below its beginning.
 */
export class Layout {
  readonly #screen: Screen;
  #day: string | null = null;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  linesOf(event: WireEvent): readonly string[] {
    const { timeZone } = this.#screen;
    const at = instantOfText(event.time);
    const day = dayText(at, timeZone);
    const lines = this.#eventLines(event, clockText(at, timeZone));
    if (day === this.#day) return lines;
    this.#day = day;
    return [this.#screen.paint('bold', day), ...lines];
  }

  #eventLines(event: WireEvent, time: string): readonly string[] {
    const { width, paint } = this.#screen;
    const [what, of] = [event.type.padEnd(21), event.subject.padEnd(12)];
    const head = [paint('dim', time), paint(styleOf(event.type), what), of].join('  ');
    const indent = time.length + 2 + what.length + 2 + of.length + 2;
    const tail = `by ${event.actor}, ${event.position}`;
    const about = aboutOf(event);
    const words = about === '' ? tail : `${about} (${tail})`;
    if (width - indent >= LEAST_ABOUT) return below(head, wrap(words, width - indent), indent);
    return [head.trimEnd(), ...wrap(words, width - 4).map((line) => `    ${line}`)];
  }
}

const below = (head: string, [first = '', ...others]: readonly string[], indent: number): readonly string[] => [
  `${head}  ${first}`,
  ...others.map((line) => `${' '.repeat(indent)}${line}`),
];

const styleOf = (type: string): Style => {
  if (/(Failed|Refused)$/.test(type)) return 'red';
  if (/(Delayed|Queued|Raised)$/.test(type)) return 'yellow';
  return /(Promoted|Completed|Healthy)$/.test(type) ? 'green' : 'bold';
};

const aboutOf = (event: WireEvent): string => summaryOf(event).replaceAll(/\s+/g, ' ');
