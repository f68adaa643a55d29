import type { AppendResult } from '../event-log.ts';
import type { Proposal, ProposedEvent } from '../proposal.ts';

/** What the database answers: where the first event stands when every item was accepted, else what became of each. */
export type AppendAnswer = number | readonly AppendResult[];

const PARAMETERS = Array.from({ length: 17 }, (_, n) => `$${n + 1}`).join(', ');

/** Prepared once for each connection. Columns go as arrays, texts among them in PostgreSQL's own form: nothing is quoted here and parsed there. */
export const appendCall = (proposals: readonly Proposal[], moment: number | null) => {
  const events = proposals.flatMap((proposal) => proposal.events);
  const expected = proposals.flatMap((proposal) => proposal.expected);
  const texts = (column: TextColumn): Buffer => textArray(events.map((event) => event[column]));
  return {
    name: 'append',
    text: `call append_and_commit(${PARAMETERS})`,
    values: [
      moment,
      proposals.map(({ incarnation }) => incarnation),
      endsOf(proposals.map((proposal) => proposal.expected.length)),
      endsOf(proposals.map((proposal) => proposal.events.length)),
      textArray(expected.map(({ stream }) => stream)),
      expected.map(({ version }) => version),
      ...[texts('id'), texts('stream'), texts('type'), events.map(({ v }) => v), texts('concerns'), texts('subject')],
      ...[events.map(({ lane }) => lane), texts('actor'), texts('correlation'), texts('causation'), texts('data')],
    ],
  };
};

export const resultsOf = (proposals: readonly Proposal[], answer: AppendAnswer): readonly AppendResult[] => {
  if (typeof answer !== 'number') return answer;
  let next = answer;
  return proposals.map(({ events }) => ({ status: 'appended', positions: events.map(() => next++) }));
};

type TextColumn = { [Key in keyof ProposedEvent]: ProposedEvent[Key] extends string | null ? Key : never }[keyof ProposedEvent];

const endsOf = (lengths: readonly number[]): readonly number[] => {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
};

const TEXT_OID = 25;
const HEADER_BYTES = 20;

/** A `text[]` as `array_recv` reads it: dimensions, whether there may be nulls, the type, length and lower bound; then each text behind its length. */
const textArray = (texts: readonly (string | null)[]): Buffer => {
  const lengths = texts.map((text) => (text === null ? -1 : Buffer.byteLength(text)));
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 0));
  let at = 0;
  for (const field of [1, 1, TEXT_OID, texts.length, 1]) at = bytes.writeInt32BE(field, at);
  texts.forEach((text, n) => {
    at = bytes.writeInt32BE(lengths[n] ?? -1, at);
    if (text !== null) at += bytes.write(text, at);
  });
  return bytes;
};
