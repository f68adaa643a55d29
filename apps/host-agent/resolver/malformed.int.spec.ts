import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameBytes } from '#libs/domain/naming';
import { lookup, question, sendByUdp } from './testing/ask.ts';
import { clock, type Lab, openLab } from './testing/start.ts';
import { callersOf, partOf } from './testing/tables.ts';

const WEB = '127.0.0.2';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
  const agent = lab.client();
  await agent.ensureRunning();
  await agent.registerCallers(callersOf({ [WEB]: 1 }));
  await agent.apply([partOf(3, { 1: ['10.64.0.11'] })]);
  await lab.listening();
}, 20_000);

afterAll(() => lab.close());

const RCODE = { none: 0, form: 1, unknown: 3, notimp: 4, refused: 5, server: 2 } as const;
type Said = keyof typeof RCODE | 'silence';

const plain = question('api.berth.internal');

const changed = (...changes: readonly (readonly [number, ...number[]])[]): Uint8Array => {
  const copy = Uint8Array.from(plain);
  for (const [at, ...octets] of changes) copy.set(octets, at);
  return copy;
};

/** A question whose name is these bytes. */
const named = (name: readonly number[], tail: readonly number[] = [0, 1, 0, 1]): Uint8Array =>
  Uint8Array.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, ...tail]);

const one = (...octets: readonly number[]): Uint8Array => named([octets.length, ...octets, ...nameBytes('berth.internal')]);
const labels = (count: number): readonly number[] => [...Array.from({ length: count }, () => [1, 97]).flat(), 0];
const ofType = (type: number): Uint8Array => question('api.berth.internal', type);

const opt = (size: number, version = 0, options: readonly number[] = []): Uint8Array =>
  Uint8Array.from([...changed([11, 1]), 0, 0, 41, size >>> 8, size & 255, 0, version, 0x80, 0, 0, options.length, ...options]);

/** 64 kB of records whose names lead to one of 127 labels: the dearest that a parser can be sent. */
const pointers = Uint8Array.from([
  ...[0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 15, 160, ...labels(127), 0, 1, 0, 1],
  ...Array.from({ length: 4000 }, () => [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]).flat(),
]);

const list: readonly (readonly [string, Uint8Array, Said])[] = [
  ['nothing', new Uint8Array(0), 'silence'],
  ['1 byte', Uint8Array.of(0), 'silence'],
  ['11 bytes', plain.slice(0, 11), 'silence'],
  ['a header alone', plain.slice(0, 12), 'form'],
  ['no question', changed([4, 0, 0]), 'form'],
  ['two questions', changed([5, 2]), 'form'],
  ['65535 questions', changed([4, 255, 255]), 'form'],
  ['all counts at 65535 in 12 bytes', changed([4, 255, 255, 255, 255, 255, 255, 255, 255]).slice(0, 12), 'form'],
  ['an answer', changed([2, 0x81]), 'silence'],
  ...[1, 2, 4, 5, 6, 15].map((opcode) => [`opcode ${opcode}`, changed([2, opcode << 3]), 'notimp'] as const),
  ['Z, AD, CD, TC and an rcode', changed([2, 0x03, 0x7f]), 'none'],
  ['RD 0', changed([2, 0]), 'none'],
  ['a label of 64', named([64, ...new Array(64).fill(97), 0]), 'form'],
  ['label type 0x40', named([0x41, 97, 0]), 'form'],
  ['label type 0x80', named([0x81, 97, 0]), 'form'],
  ['a pointer to itself', named([0xc0, 12]), 'form'],
  ['a pointer ahead', named([0xc0, 16]), 'form'],
  ['a pointer into the header', named([0xc0, 0]), 'form'],
  ['a pointer past the end', named([0xff, 255]), 'form'],
  ['two pointers in a ring', named([0xc0, 14, 0xc0, 12]), 'form'],
  ['a name of 255', named(labels(127)), 'server'],
  ['a name of 257', named(labels(128)), 'form'],
  ['no end of the name', named([3, 97], []), 'form'],
  ['no type', named([3, 97, 98, 99, 0], []), 'form'],
  ['a dot in a label', one(97, 46, 97), 'unknown'],
  ['the service and zone in one label', named([18, ...Buffer.from('api.berth.internal'), 0]), 'server'],
  ['NUL', one(0), 'unknown'],
  ['0xff', one(255), 'unknown'],
  ['a space', one(32), 'unknown'],
  ['a slash', one(47), 'unknown'],
  ['__proto__', one(...Buffer.from('__proto__')), 'unknown'],
  ['constructor', one(...Buffer.from('constructor')), 'unknown'],
  ['*', one(42), 'unknown'],
  ['mixed case', question('aPi.BeRtH.iNtErNaL'), 'none'],
  ['the zone twice', question('api.berth.internal.berth.internal'), 'unknown'],
  ['the zone', question('berth.internal'), 'none'],
  ...[28, 65, 64, 33, 16, 15, 2, 6, 12, 255, 65280].map((type) => [`type ${type}`, ofType(type), 'none'] as const),
  ['AXFR', ofType(252), 'refused'],
  ['IXFR', ofType(251), 'refused'],
  ['type 0', changed([plain.length - 3, 0]), 'form'],
  ['class CH', changed([plain.length - 1, 3]), 'refused'],
  ['class ANY', changed([plain.length - 1, 255]), 'refused'],
  ...[0, 511, 512, 1232, 4096, 65535].map((size) => [`EDNS of ${size}`, opt(size), 'none'] as const),
  // BADVERS is 16: its low bits are none.
  ['EDNS of version 255', opt(1232, 255), 'none'],
  ['an unknown option', opt(1232, 0, [255, 1, 0, 1, 9]), 'none'],
  ['an option past its record', opt(1232, 0, [0, 10, 0, 9]), 'form'],
  ['a subnet of somebody else', opt(1232, 0, [0, 8, 0, 8, 0, 1, 32, 0, 127, 0, 0, 9]), 'none'],
  ['two OPTs', Uint8Array.from([...opt(1232), ...opt(1232).slice(plain.length)]).with(11, 2), 'form'],
  ['RDLENGTH beyond the end', Uint8Array.from([...changed([11, 1]), 0, 0, 1, 0, 1, 0, 0, 0, 0, 255, 255]), 'form'],
  ['100 bytes of garbage behind', Uint8Array.from([...plain, ...new Array(100).fill(7)]), 'none'],
  ['9 kB of garbage behind', Uint8Array.from([...plain, ...new Array(9000).fill(255)]), 'none'],
  ['64 kB of pointers', pointers, 'server'],
];

describe('what is malformed', () => {
  it.each(list)('%s is judged, and the next question is answered within 50 ms', async (_what, bytes, said) => {
    const answer = await sendByUdp(clock, lab.at, bytes, { from: WEB, patienceMs: said === 'silence' ? 30 : 3000 });
    expect(answer === null ? 'silence' : (answer[3] ?? 0) & 0x0f).toBe(said === 'silence' ? said : RCODE[said]);
    const before = clock.monotonic();
    expect(await lookup(clock, lab.at, 'api.berth.internal', WEB)).toEqual(['10.64.0.11']);
    expect(clock.monotonic() - before).toBeLessThan(50);
  });

  it('echoes the question bit for bit', async () => {
    const mixed = question('aPi.BeRtH.iNtErNaL');
    const answer = await sendByUdp(clock, lab.at, mixed, { from: WEB });
    expect([...(answer ?? []).slice(12, mixed.length)]).toEqual([...mixed.slice(12)]);
  });

  it('left nothing in the log and the same process running', async () => {
    expect(await readFile(`${lab.home}/run/resolver.log`, 'utf8')).toBe('');
    expect(await lab.pid()).not.toBeNull();
  });
});
