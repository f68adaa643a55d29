import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportedContainer, ReportedPart } from '#libs/contracts';
import { acknowledge, emptyBook, isNew, type Level, type ReportBook, tell as tellTo } from './report-book.ts';

const level = (states: Readonly<Record<string, string>>): Level => ({
  containers: Object.entries(states).map(([container, state]) => ({ container, state }) as unknown as ReportedContainer),
  parts: [{ stack: 'shop' } as ReportedPart],
});

const tell = (book: ReportBook, said: Level) => tellTo(book, said, 'notices nothing');
const tellOn = (book: ReportBook, said: Level) => tellTo(book, said, 'notices gaps');

describe('the book of reports', () => {
  it('tells everything until the first report is acknowledged', () => {
    const one = tell(emptyBook, level({ a: 'running' }));
    const two = tell(one.book, level({ a: 'running' }));
    expect([one, two].map(({ telling }) => [telling.seq, telling.full, telling.containers.length])).toEqual([
      [1, true, 1],
      [2, true, 1],
    ]);
  });

  it('tells what changed since the acknowledged one, and nothing else', () => {
    const one = tell(emptyBook, level({ a: 'running', b: 'running' }));
    const two = tell(acknowledge(one.book, 1), level({ a: 'running', b: 'exited' }));
    const three = tell(two.book, level({ a: 'running', b: 'exited' }));
    for (const { telling } of [two, three])
      expect(telling).toMatchObject({ full: false, parts: [], containers: [{ container: 'b', state: 'exited' }] });
    expect(tell(acknowledge(three.book, 3), level({ a: 'running', b: 'exited' })).telling.containers).toEqual([]);
  });

  it('tells images when they changed, and as long as that is not acknowledged', () => {
    const having = (...local: string[]): Level => ({ ...level({}), images: { local, others: [] } });
    const one = tell(emptyBook, having('x'));
    const two = tell(acknowledge(one.book, 1), having('x'));
    const three = tell(two.book, having('x', 'y'));
    const four = tell(three.book, having('x', 'y'));
    expect([one, two, three, four].map(({ telling }) => telling.images?.local)).toEqual([['x'], undefined, ['x', 'y'], ['x', 'y']]);
  });

  it('tells everything when something is there no more', () => {
    const one = tell(emptyBook, level({ a: 'running', b: 'gone' }));
    expect(tell(acknowledge(one.book, 1), level({ a: 'running' })).telling).toMatchObject({ full: true, containers: [{ container: 'a' }] });
  });

  it('ignores an acknowledgement that came late or of what was never told', () => {
    const book = acknowledge(tell(tell(emptyBook, level({})).book, level({})).book, 2);
    expect(acknowledge(book, 1)).toBe(book);
    expect(acknowledge(book, 3)).toBe(book);
  });

  it('knows whether there is news', () => {
    const { book } = tell(emptyBook, level({ a: 'running' }));
    expect(isNew(book, level({ a: 'running' }))).toBe(false);
    expect(isNew(book, level({ a: 'exited' }))).toBe(true);
    expect(isNew(book, level({}))).toBe(true);
  });

  it('leaves a receiver that lays reports over each other with the level, whatever is lost', () => {
    const states = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('running', 'exited'));
    const arrives = fc.constantFrom('report and acknowledgement', 'report', 'nothing');
    fc.assert(
      fc.property(fc.array(fc.tuple(states, arrives), { minLength: 1 }), states, (history, last) => {
        let book = emptyBook;
        let known: Readonly<Record<string, string>> = {};
        for (const [said, arrival] of [...history, [last, 'report'] as const]) {
          const next = tell(book, level(said));
          book = next.book;
          if (arrival === 'nothing') continue;
          const news = Object.fromEntries(next.telling.containers.map(({ container, state }) => [container, state]));
          known = next.telling.full ? news : { ...known, ...news };
          if (arrival === 'report and acknowledgement') book = acknowledge(book, next.telling.seq);
        }
        expect(known).toEqual(last);
      }),
    );
  });
});

describe('the book of reports to who notices gaps', () => {
  it('tells each change once, though nothing was acknowledged, and says what it builds on', () => {
    const one = tellOn(emptyBook, level({ a: 'running', b: 'running' }));
    const two = tellOn(one.book, level({ a: 'running', b: 'exited' }));
    const three = tellOn(two.book, level({ a: 'running', b: 'exited' }));
    expect(one.telling).toMatchObject({ full: true, containers: [{ container: 'a' }, { container: 'b' }] });
    expect(one.telling).not.toHaveProperty('since');
    expect(two.telling).toMatchObject({ full: false, since: 1, containers: [{ container: 'b', state: 'exited' }], parts: [] });
    expect(three.telling).toMatchObject({ full: false, since: 2, containers: [], parts: [] });
  });

  it('tells everything once when something is there no more', () => {
    const one = tellOn(emptyBook, level({ a: 'running', b: 'gone' }));
    const two = tellOn(one.book, level({ a: 'running' }));
    expect(two.telling).toMatchObject({ full: true, containers: [{ container: 'a' }] });
    expect(tellOn(two.book, level({ a: 'running' })).telling).toMatchObject({ full: false, since: 2, containers: [] });
  });

  it('tells everything in a session that begins, under a number of its own', () => {
    const { book } = tellOn(emptyBook, level({ a: 'running' }));
    expect(tellOn({ ...emptyBook, seq: book.seq }, level({ a: 'running' })).telling).toMatchObject({ seq: 2, full: true });
  });
});
