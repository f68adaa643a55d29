import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBytes, parseDuration, parseMilliCpus, parsePortForm, parseStatusRange, parseStopSequence, splitWords } from './values.ts';

describe('parseDuration', () => {
  it.each([
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['0', 0],
    ['1us', 1],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '10', 's', '10 s', '-1s', '1d', '1s!', 'x1s'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('reads any sum of hours, minutes, seconds and milliseconds', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(5000), (h, m, s, ms) => {
        expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(((h * 60 + m) * 60 + s) * 1000 + ms);
      }),
    );
  });

  it('never gives less than was written, and never a whole millisecond more', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (micros) => {
        const ms = parseDuration(`${micros}us`) ?? Number.NaN;
        expect(ms * 1000 >= micros && ms * 1000 < micros + 1000).toBe(true);
      }),
    );
  });
});

describe('parseBytes', () => {
  it.each([
    ['1024', 1024],
    ['1k', 1024],
    ['256m', 268_435_456],
    ['1.5GB', 1_610_612_736],
    ['2GiB', 2_147_483_648],
  ])('reads %s as %d', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(['', '0', '-1m', 'm', '1x', '1mm'])('refuses %j', (text) => {
    expect(parseBytes(text)).toBeNull();
  });
});

describe('parseMilliCpus', () => {
  it.each([
    ['0.5', 500],
    ['.25', 250],
    ['2', 2000],
    ['0.001', 1],
  ])('reads %s as %d', (text, milli) => {
    expect(parseMilliCpus(text)).toBe(milli);
  });

  it.each(['0', '0.0001', '-1', 'two', '', '1.'])('refuses %j', (text) => {
    expect(parseMilliCpus(text)).toBeNull();
  });
});

describe('parsePortForm', () => {
  it.each([
    ['3000:80:443', { container: 3000, http: 80, https: 443 }],
    ['3000:80', { container: 3000, http: 80, https: null }],
    ['3000:80:', { container: 3000, http: 80, https: null }],
    ['4000::8443', { container: 4000, http: null, https: 8443 }],
    ['5000', { container: 5000, http: null, https: null }],
  ])('reads %s', (text, form) => {
    expect(parsePortForm(text)).toEqual({ ...form, tcp: null, udp: null });
  });

  it.each(['', ':80', '0', '3000:0', '65536', '1:65536', '1:2:3:4', '127.0.0.1:80:80', '80-90', '80/tcp', ' 80', '-1'])(
    'refuses %j',
    (text) => {
      expect(parsePortForm(text)).toBeNull();
    },
  );

  it('reads every form of ports in range, and none out of it', () => {
    const field = fc.option(fc.integer({ min: -5, max: 70_000 }), { nil: null });
    const isFine = (port: number | null): boolean => port === null || (port >= 1 && port <= 65535);
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 70_000 }), field, field, (container, http, https) => {
        const form = parsePortForm(`${container}:${http ?? ''}:${https ?? ''}`);
        expect(form).toEqual([container, http, https].every(isFine) ? { container, http, https, tcp: null, udp: null } : null);
      }),
    );
  });
});

describe('splitWords', () => {
  it.each([
    ['node server.mjs', ['node', 'server.mjs']],
    [`a 'b c'  "d \\"e\\""`, ['a', 'b c', 'd "e"']],
    ['a\\ b', ['a b']],
    [`--name='x'y`, ['--name=xy']],
    [`''`, ['']],
    ['', []],
  ])('parts %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each([`it's`, 'say "hi', 'end\\'])('refuses the open end of %j', (text) => {
    expect(splitWords(text)).toBeNull();
  });

  it('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
        expect(splitWords(quoted.join(' '))).toEqual(words);
      }),
    );
  });
});

describe('parseStopSequence', () => {
  it('reads waits and signals by turns', () => {
    expect(parseStopSequence('1m:USR2:30s:USR1:50s')).toEqual([
      { waitMs: 60_000 },
      { signal: 'USR2' },
      { waitMs: 30_000 },
      { signal: 'USR1' },
      { waitMs: 50_000 },
    ]);
    expect(parseStopSequence('QUIT:0')).toEqual([{ signal: 'QUIT' }, { waitMs: 0 }]);
  });

  it.each(['', ':', '1m:', '1m:30s', 'USR1:USR2', 'SIGUSR1', 'usr1', 'NOPE', '5:USR1', '500ms', '1m USR2'])('refuses %j', (text) => {
    expect(parseStopSequence(text)).toBeNull();
  });

  it('reads whatever is written by turns', () => {
    const wait = fc.tuple(fc.nat(999), fc.constantFrom('s', 'm', 'h')).map(([n, unit]) => `${n}${unit}`);
    const pair = fc.tuple(wait, fc.constantFrom('HUP', 'TERM', 'USR1', 'WINCH'));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        expect(parseStopSequence(pairs.flat().join(':'))).toHaveLength(2 * pairs.length);
        expect(parseStopSequence(pairs.flat().slice(1).join(':'))).toHaveLength(2 * pairs.length - 1);
      }),
    );
  });
});

describe('parseStatusRange', () => {
  it.each([
    ['200', { from: 200, to: 200 }],
    ['300-399', { from: 300, to: 399 }],
  ])('reads %s', (text, range) => {
    expect(parseStatusRange(text)).toEqual(range);
  });

  it.each(['', '20', '600', '399-300', '200-', '2xx'])('refuses %j', (text) => {
    expect(parseStatusRange(text)).toBeNull();
  });
});
