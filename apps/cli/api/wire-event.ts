import type { EventData, EventType } from '#libs/contracts';

/** A CloudEvent as the API gives it. */
export interface WireEventOf<T extends EventType> {
  readonly id: string;
  readonly type: T;
  /** `/<stream>`. */
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly position: number;
  readonly actor: string;
  readonly correlation: string;
  readonly data: EventData<T>;
}

export type WireEvent = { [T in EventType]: WireEventOf<T> }[EventType];

/** Events of types that this program does not know pass as well: whoever switches over the type leaves them out. */
export const readWireEvent = (text: string): WireEvent => {
  const event: unknown = JSON.parse(text);
  if (isWireEvent(event)) return event;
  throw new Error(`read event: the API sent what is no event: ${text.slice(0, 100)}`);
};

const isWireEvent = (value: unknown): value is WireEvent => {
  const event = value as Partial<WireEvent> | null;
  return typeof event?.type === 'string' && typeof event.position === 'number' && typeof event.data === 'object';
};

/** The log has another incarnation, and what comes is of a higher position. `isBack`: what was told beyond it is no longer part of the log. */
export interface Raised {
  readonly from: number;
  readonly incarnation: number;
  readonly position: number;
  readonly isBack: boolean;
}

export const raisedText = ({ incarnation, position, isBack }: Raised): string =>
  isBack
    ? `the log went back (incarnation ${incarnation}): what was printed after position ${position} is no longer part of it`
    : `the log is in incarnation ${incarnation} now; nothing that was printed was lost`;
