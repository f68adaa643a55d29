import type { BerthEvent, StackName } from '#libs/contracts';
import { evolveStack, type StackState } from '#libs/domain/stack';
import { furtherKeysOf, keysOf, type PieceKey, type PieceKind, pieceOf, stateOf } from './pieces.ts';

/** A piece and since when it holds. */
export interface OpenPiece extends PieceKey {
  readonly stack: StackName;
  readonly from: number;
  readonly value: unknown;
}

/** A row: what held from one position to another, the latter not included; `to` is null while it holds. */
export interface Row {
  readonly stack: StackName;
  readonly kind: PieceKind;
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
  /** JSON. */
  readonly value: string;
}

interface Held {
  readonly from: number;
  readonly value: string | null;
  readonly isStored: boolean;
}

/** Folds a batch of the log, by the one fold of all services, into rows that begin and rows that end. Pure but for its own memory. */
export class Ledger {
  readonly begun: Row[] = [];
  /** Rows that were there before the batch and end in it. */
  readonly ended: Omit<Row, 'value'>[] = [];
  /** Where the names of a stack moved: positions, with their incarnations. */
  readonly names: { readonly stack: StackName; readonly incarnation: number; readonly position: number }[] = [];
  readonly #states = new Map<StackName, StackState>();
  readonly #held = new Map<string, Held>();

  constructor(open: readonly OpenPiece[]) {
    for (const [stack, pieces] of Map.groupBy(open, (piece) => piece.stack)) this.#states.set(stack, stateOf(stack, pieces));
    for (const piece of open)
      this.#held.set(nameOf(piece.stack, piece), { from: piece.from, value: textOf(this.#states.get(piece.stack), piece), isStored: true });
  }

  fold(event: BerthEvent): void {
    if (!('stack' in event.data)) return;
    const { stack } = event.data;
    const before = this.#states.get(stack) ?? stateOf(stack, []);
    const after = evolveStack(before, event);
    this.#states.set(stack, after);
    if (after.names.position !== before.names.position) this.names.push({ stack, ...after.names });
    for (const key of [...keysOf(event), ...furtherKeysOf(before, event)]) this.#turn(stack, key, after, event.position);
  }

  /** What began in this batch and still holds. */
  finish(): this {
    for (const [name, { from, value, isStored }] of this.#held) {
      if (value !== null && !isStored) this.begun.push({ ...JSON.parse(name), from, to: null, value });
    }
    return this;
  }

  #turn(stack: StackName, key: PieceKey, state: StackState, position: number): void {
    const name = nameOf(stack, key);
    const held = this.#held.get(name);
    const value = textOf(state, key);
    if (value === (held?.value ?? null)) return;
    if (held && held.value !== null && held.from < position) {
      const span = { stack, kind: key.kind, key: key.key, from: held.from, to: position };
      if (held.isStored) this.ended.push(span);
      else this.begun.push({ ...span, value: held.value });
    }
    this.#held.set(name, { from: position, value, isStored: false });
  }
}

const nameOf = (stack: StackName, { kind, key }: PieceKey): string => JSON.stringify({ stack, kind, key });

/** Written anew from the state, so that a piece that was read back has the text with which it was kept. */
const textOf = (state: StackState | undefined, key: PieceKey): string | null => {
  const piece = state ? pieceOf(state, key) : null;
  return piece === null ? null : JSON.stringify(piece);
};
