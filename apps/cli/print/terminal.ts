import { styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

interface Outlet {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface TerminalOptions {
  readonly out: Outlet;
  readonly err: Outlet;
  readonly noColour: boolean;
}

/** Data goes to stdout, everything that is said about it to stderr. */
export class Terminal {
  readonly #options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** A line of data. */
  data(line: string): void {
    this.#options.out.write(`${line}\n`);
  }

  /** A line for the person. */
  note(line: string): void {
    this.#options.err.write(`${line}\n`);
  }

  /** Of a person's screen, in characters; null where lines go to a file or a pipe. */
  get width(): number | null {
    const { isTTY, columns } = this.#options.out;
    return isTTY === true && columns !== undefined && columns > 0 ? columns : null;
  }

  /** Colours are for a person's eyes: never in a file or a pipe, and never where NO_COLOR is set. */
  paint(style: Style, text: string, outlet: 'out' | 'err'): string {
    const isPlain = this.#options.noColour || this.#options[outlet].isTTY !== true;
    return isPlain ? text : styleText(style, text, { validateStream: false });
  }
}
