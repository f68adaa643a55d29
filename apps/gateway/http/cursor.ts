import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Generation } from '#libs/contracts';
import type { EventQuery } from '#libs/event-log';
import { HttpProblem } from './problem.ts';

/** What a page asks for; its bounds by position move with the cursor. */
type Question = Omit<EventQuery, 'limit' | 'after' | 'before'>;

/** Opaque to whoever gets it: where a page ended, and of which question. New events of the log change nothing about it. */
export const cursorOf = (place: Generation, question: Question): string =>
  Buffer.from(JSON.stringify([place.incarnation, place.position, fingerprint(question)])).toString('base64url');

/** Throws a problem where the cursor is none, or of another question. */
export const placeOfCursor = (cursor: string, question: Question): Generation => {
  const read = content.safeParse(parsed(cursor));
  if (!read.success) throw refused('it is no cursor of this log: pass on `next` as it was answered, or leave it out to begin anew');
  const [incarnation, position, asked] = read.data;
  if (asked !== fingerprint(question)) throw refused('it belongs to another question: send the same filters and order as before');
  return { incarnation, position };
};

const content = z.tuple([z.int().positive(), z.int().nonnegative(), z.string()]);

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
};

const fingerprint = (question: Question): string => {
  const named = Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url').slice(0, 8);
};

const refused = (why: string): HttpProblem => new HttpProblem(400, 'bad-request', `cursor: ${why}`);
