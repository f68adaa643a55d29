import { Packet } from 'dns2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ASKED,
  addressRecords,
  aliasRecord,
  authorityRecord,
  Frames,
  framed,
  type Query,
  Rcode,
  type Reading,
  type Reply,
  readQuery,
  TCP_MOST,
  Type,
  udpLimit,
  writeAddresses,
  writeFault,
  writeReply,
} from './index.ts';

const FLAGS = { RD: 0x0100, QR: 0x8000 };

interface Wish {
  readonly flags?: number;
  readonly counts?: readonly [number, number, number, number];
  /** The name as bytes. */
  readonly name?: readonly number[];
  readonly type?: number;
  readonly class?: number;
  /** What follows the question. */
  readonly rest?: readonly number[];
}

const label = (text: string): readonly number[] => [text.length, ...Buffer.from(text, 'latin1')];
const api = [...label('api'), ...label('berth'), ...label('internal'), 0];
const u16 = (value: number): readonly number[] => [value >>> 8, value & 255];

const message = ({ flags = FLAGS.RD, counts, name = api, type = 1, class: qclass = 1, rest = [] }: Wish = {}): Uint8Array =>
  Uint8Array.from([
    ...u16(0x1234),
    ...u16(flags),
    ...(counts ?? [1, 0, 0, rest.length > 0 ? 1 : 0]).flatMap(u16),
    ...name,
    ...u16(type),
    ...u16(qclass),
    ...rest,
  ]);

const opt = ({ size = 1232, version = 0, options = [] as readonly number[] } = {}): readonly number[] => [
  ...[0, ...u16(41), ...u16(size), 0, version, 0, 0, ...u16(options.length)],
  ...options,
];

const outcome = (reading: Reading): string => (reading.kind === 'fault' ? `fault ${reading.rcode}` : reading.kind);

const queryOf = (bytes: Uint8Array): Query => {
  const reading = readQuery(bytes);
  if (reading.kind !== 'query') throw new Error(`read a query: it is ${reading.kind}`);
  return reading.query;
};

const parsed = (bytes: Uint8Array) => {
  const packet = Packet.parse(Buffer.from(bytes));
  expect(packet.errors).toEqual([]);
  return packet;
};

describe('readQuery', () => {
  it('reads name, type and what the sender can take', () => {
    const query = queryOf(message({ name: [...label('ApI'), ...label('bErth'), ...label('internal'), 0], type: 28, rest: opt() }));
    expect(query).toMatchObject({ name: 'api.berth.internal', type: 28, edns: { payload: 1232, version: 0 } });
  });

  it('never takes a dot inside a label for the end of the label', () => {
    expect(queryOf(message({ name: [...label('api.berth'), ...label('internal'), 0] })).name).toBe('api\uff0eberth.internal');
  });

  const faults: readonly (readonly [string, Uint8Array, string])[] = [
    ['nothing', new Uint8Array(0), 'silence'],
    ['less than a header', message().slice(0, 11), 'silence'],
    ['an answer', message({ flags: FLAGS.QR }), 'silence'],
    ['a notification', message({ flags: 4 << 11 }), `fault ${Rcode.NOTIMP}`],
    ['no question', message({ counts: [0, 0, 0, 0] }), `fault ${Rcode.FORMERR}`],
    ['two questions', message({ counts: [2, 0, 0, 0] }), `fault ${Rcode.FORMERR}`],
    ['counts beyond the message', message({ counts: [65535, 65535, 65535, 65535] }).slice(0, 12), `fault ${Rcode.FORMERR}`],
    ['records that are not there', message({ counts: [1, 0, 0, 65535] }), `fault ${Rcode.FORMERR}`],
    ['a label of 64', message({ name: [64, ...new Array(64).fill(97), 0] }), `fault ${Rcode.FORMERR}`],
    ['a reserved label type', message({ name: [0x80, 1, 0] }), `fault ${Rcode.FORMERR}`],
    ['a pointer to itself', message({ name: [0xc0, 12] }), `fault ${Rcode.FORMERR}`],
    ['a name of 256', message({ name: [...Array.from({ length: 127 }, () => [1, 97]).flat(), 1, 97, 0] }), `fault ${Rcode.FORMERR}`],
    ['no end of the name', message({ name: [1] }).slice(0, 13), `fault ${Rcode.FORMERR}`],
    ['no type', message().slice(0, -4), `fault ${Rcode.FORMERR}`],
    ['another class', message({ class: 3 }), `fault ${Rcode.REFUSED}`],
    ['a transfer', message({ type: 252 }), `fault ${Rcode.REFUSED}`],
    ['two OPTs', message({ counts: [1, 0, 0, 2], rest: [...opt(), ...opt()] }), `fault ${Rcode.FORMERR}`],
    ['an OPT among the answers', message({ counts: [1, 1, 0, 0], rest: opt() }), `fault ${Rcode.FORMERR}`],
    ['an OPT that is not at the root', message({ rest: [...label('a'), ...opt()] }), `fault ${Rcode.FORMERR}`],
    ['an option beyond its record', message({ rest: opt({ options: [0, 8, 0, 9] }) }), `fault ${Rcode.FORMERR}`],
    ['EDNS of version 1', message({ rest: opt({ version: 1 }) }), `fault ${Rcode.BADVERS}`],
    ['127 labels', message({ name: [...Array.from({ length: 127 }, () => [1, 97]).flat(), 0] }), 'query'],
    ['the root', message({ name: [0] }), 'query'],
    ['every flag that a query may have', message({ flags: 0x07ff }), 'query'],
    ['garbage behind', Uint8Array.from([...message(), ...new Array(100).fill(255)]), 'query'],
    ['an option that nobody knows', message({ rest: opt({ options: [255, 0, 0, 1, 7] }) }), 'query'],
  ];
  it.each(faults)('judges %s', (_what, bytes, expected) => {
    expect(outcome(readQuery(bytes))).toBe(expected);
  });

  it('says BADVERS as EDNS can say it', () => {
    const bytes = message({ rest: opt({ version: 9 }) });
    const reading = readQuery(bytes);
    expect(reading.kind === 'fault' && parsed(writeFault(bytes, reading.rcode, reading.query)).header.rcode).toBe(16);
  });
});

/** Messages that are nearly right, and messages that are nothing. */
const anyMessage = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc
    .tuple(fc.constantFrom(message(), message({ rest: opt() })), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }), fc.nat(60))
    .map(([bytes, changes, length]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      return length % 3 === 0 ? copy.slice(0, length) : copy;
    }),
);

const octetsOf = (count: number): Uint8Array =>
  Uint8Array.from(Array.from({ length: count * 4 }, (_, index) => (index % 4 === 3 ? index >>> 2 : 10)));

describe('answers to any bytes at all', () => {
  it('parse, echo id and question, and keep to the limit', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(300), fc.nat(), (bytes, count, first) => {
        const reading = readQuery(bytes);
        if (reading.kind === 'silence') return;
        if (reading.kind === 'fault') {
          expect(parsed(writeFault(bytes, reading.rcode, reading.query)).header).toMatchObject({
            qr: 1,
            id: (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0),
          });
          return;
        }
        const { query } = reading;
        const limit = udpLimit(query);
        const out = writeAddresses(bytes, query, octetsOf(count), first, limit);
        const packet = parsed(out);
        expect(out.length).toBeLessThanOrEqual(limit);
        expect(packet.header).toMatchObject({ qr: 1, aa: 1, ra: 1, z: 0, rcode: 0, tc: packet.answers.length < count ? 1 : 0 });
        expect([...out.slice(12, query.end)]).toEqual([...bytes.slice(12, query.end)]);
        expect(packet.additionals.length).toBe(query.edns === null ? 0 : 1);
      }),
      { numRuns: 500 },
    );
  });

  it('are never given to an answer', () => {
    fc.assert(
      fc.property(anyMessage, (bytes) => {
        fc.pre(bytes.length > 2);
        bytes[2] = (bytes[2] as number) | 0x80;
        expect(readQuery(bytes).kind).toBe('silence');
      }),
    );
  });

  it('survive any answer of others', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(3), (bytes, answers) => {
        if (bytes.length > 7) bytes[7] = answers;
        expect(addressRecords(bytes).every(({ type }) => type === Type.A || type === Type.AAAA || type === Type.CNAME)).toBe(true);
      }),
    );
  });
});

describe('writeAddresses', () => {
  const write = (count: number, first: number, limit = 512): readonly (string | undefined)[] =>
    parsed(writeAddresses(message(), queryOf(message()), octetsOf(count), first, limit)).answers.map(({ address }) => address);

  it('turns the whole list', () => {
    expect(write(3, 4)).toEqual(['10.10.10.1', '10.10.10.2', '10.10.10.0']);
  });

  it('sends the records that fit by UDP and all by TCP', () => {
    expect(write(100, 0).length).toBe(29);
    expect(write(1000, 0, TCP_MOST).length).toBe(1000);
  });

  it('sends no more than 1232 bytes however much the sender takes', () => {
    expect([0, 511, 512, 1232, 4096, 65535].map((size) => udpLimit(queryOf(message({ rest: opt({ size }) }))))).toEqual([
      512, 512, 512, 1232, 1232, 1232,
    ]);
  });

  it('keeps RD and CD, and sets nothing else that the sender set', () => {
    const { header } = parsed(writeAddresses(message({ flags: 0x07ff }), queryOf(message()), octetsOf(1), 0, 512));
    expect(header).toMatchObject({ rd: 1, cd: 1, ad: 0, z: 0, tc: 0, rcode: 0 });
  });
});

describe('writeReply', () => {
  const nothing: Reply = { rcode: 0, isAuthoritative: true, answers: [], authority: [] };

  it('puts the zone’s SOA behind a no', () => {
    const query = queryOf(message());
    const [soa] = parsed(
      writeReply(message(), query, { ...nothing, authority: [authorityRecord(message(), query, 'berth.internal', 42)] }, 512),
    ).authorities;
    expect(soa).toMatchObject({ name: 'berth.internal', type: 6, ttl: 1, serial: 42, minimum: 1, primary: 'ns.berth.internal' });
  });

  it('gives an alias with what was found under it elsewhere, names written out', () => {
    const request = Packet.parse(Buffer.from(message()));
    const elsewhere = Packet.createResponseFromRequest(request);
    elsewhere.answers = [
      new Packet.Resource({ name: 'api.berth.internal', type: 5, class: 1, ttl: 60, domain: 'b.berth.internal' }),
      new Packet.Resource({ name: 'b.berth.internal', type: 1, class: 1, ttl: 60, address: '192.0.2.1' }),
    ];
    const answers = [aliasRecord('api.berth.internal'), ...addressRecords(elsewhere.toBuffer())];
    const out = parsed(writeReply(message(), queryOf(message()), { ...nothing, answers }, 512));
    expect(out.answers.map(({ name, domain, address }) => [name, domain ?? address])).toEqual([
      ['api.berth.internal', 'api.berth.internal'],
      ['api.berth.internal', 'b.berth.internal'],
      ['b.berth.internal', '192.0.2.1'],
    ]);
  });

  it('leaves out what does not fit, and says so', () => {
    const answers = Array.from({ length: 40 }, () => ({ owner: ASKED, type: Type.A, ttl: 1, data: Uint8Array.of(1, 2, 3, 4) }));
    const out = parsed(writeReply(message(), queryOf(message()), { ...nothing, answers }, 512));
    expect([out.header.tc, out.answers.length]).toEqual([1, 29]);
  });
});

describe('Frames', () => {
  it('finds the same messages however the stream was chopped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(framed));
          const frames = new Frames();
          const out: Uint8Array[] = [];
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            out.push(...frames.push(stream.subarray(at, at + cut)));
            at += cut;
          }
          expect(out.map((bytes) => [...bytes])).toEqual(messages.map((bytes) => [...bytes]));
        },
      ),
    );
  });
});
