import { readFile, stat, writeFile } from 'node:fs/promises';
import { Packet } from 'dns2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framed } from '#libs/domain/naming';
import { lookup, question, sendByTcp, sendByUdp } from './testing/ask.ts';
import { clock, fileOf, type Lab, openLab, put } from './testing/start.ts';
import { callersOf, mysqlAt, partOf } from './testing/tables.ts';
import { startUpstream } from './testing/upstream.ts';

const OLD = '127.0.0.2';
const NEW = '127.0.0.3';
const STRANGER = '127.0.0.9';

const many = Array.from({ length: 60 }, (_, index) => `192.0.2.${index}`);

let lab: Lab;
let upstream: Awaited<ReturnType<typeof startUpstream>>;

beforeAll(async () => {
  lab = await openLab();
  upstream = await startUpstream({ 'example.com': ['192.0.2.1'], 'db.example.com': ['192.0.2.7'], 'many.example.com': many });
  const agent = lab.client({ upstreams: [`127.0.0.1#${upstream.port}`] });
  await agent.ensureRunning();
  await agent.registerCallers(callersOf({ [OLD]: 1, [NEW]: 2 }));
  await lab.listening();
  await agent.apply([partOf(10, { 1: ['10.64.0.11', '10.64.0.12'], 2: ['10.64.0.21'] }, { datasources: [mysqlAt('db.example.com')] })]);
}, 20_000);

afterAll(async () => {
  upstream.close();
  await lab.close();
});

const ask = (name: string, from?: string) => lookup(clock, lab.at, name, from);

const parsed = async (bytes: Uint8Array, from?: string) => {
  const answer = await sendByUdp(clock, lab.at, bytes, from === undefined ? {} : { from });
  return Packet.parse(Buffer.from(answer ?? []));
};

describe('a running resolver', () => {
  it('gives each caller the containers of its own version', async () => {
    expect([...((await ask('api.berth.internal', OLD)) as string[])].sort()).toEqual(['10.64.0.11', '10.64.0.12']);
    expect(await ask('api.berth.internal', NEW)).toEqual(['10.64.0.21']);
  });

  it('turns the list with each A, and not with the AAAA between', async () => {
    const firsts = new Set<unknown>();
    for (let round = 0; round < 2; round++) {
      firsts.add(((await ask('api.berth.internal', OLD)) as string[])[0]);
      await parsed(question('api.berth.internal', Packet.TYPE.AAAA), OLD);
    }
    expect(firsts.size).toBe(2);
  });

  it('answers AAAA of a name that has A with an empty answer, AA, RA and an SOA', async () => {
    const { header, answers, authorities } = await parsed(question('API.berth.internal', Packet.TYPE.AAAA), OLD);
    expect(header).toMatchObject({ rcode: 0, aa: 1, ra: 1 });
    expect([answers.length, authorities[0]?.type, authorities[0]?.serial]).toEqual([0, Packet.TYPE.SOA, 10]);
  });

  it('gives a stranger of the network the promoted version by the full name', async () => {
    expect([...((await ask('api.shop.berth.internal', STRANGER)) as string[])].sort()).toEqual(['10.64.0.11', '10.64.0.12']);
    expect(await ask('api.berth.internal', STRANGER)).toBe(Packet.RCODE.NXDOMAIN);
  });

  it('answers a caller whose registration comes a moment after its question', async () => {
    const asked = ask('api.berth.internal', '127.0.0.4');
    await put(lab, '/callers', callersOf({ [OLD]: 1, [NEW]: 2, '127.0.0.4': 2 }));
    expect(await asked).toEqual(['10.64.0.21']);
  });

  it('asks others for other names and gives their answers', async () => {
    expect(await ask('example.com', NEW)).toEqual(['192.0.2.1']);
    expect(await ask('nowhere.example.com', NEW)).toBe(Packet.RCODE.NXDOMAIN);
  });

  it('gives a datasource outside as alias and address in one answer', async () => {
    const { answers } = await parsed(question('mysql.berth.internal'), NEW);
    expect(answers.map(({ name, domain, address }) => [name, domain ?? address])).toEqual([
      ['mysql.berth.internal', 'db.example.com'],
      ['db.example.com', '192.0.2.7'],
    ]);
  });

  it('asks by TCP what was cut by UDP', async () => {
    const [answer] = await sendByTcp(lab.at, [framed(question('many.example.com'))], NEW);
    expect(Packet.parse(Buffer.from(answer ?? [])).answers.length).toBe(many.length);
    expect((await parsed(question('many.example.com'), NEW)).header.tc).toBe(1);
  });

  it('answers many questions of one TCP connection, whole, in pieces and after half-close', async () => {
    const frames = Array.from({ length: 50 }, () => framed(question('api.berth.internal')));
    expect((await sendByTcp(lab.at, [Buffer.concat(frames)], NEW)).length).toBe(50);
    const bytes = Array.from(framed(question('api.berth.internal')), (octet) => Uint8Array.of(octet));
    expect((await sendByTcp(lab.at, bytes, NEW)).length).toBe(1);
  });

  it('closes a TCP connection that sends no message', async () => {
    for (const chunk of [Uint8Array.of(0, 0), Uint8Array.of(0, 5, 1, 2), Uint8Array.of(255, 255, 1)]) {
      expect(await sendByTcp(lab.at, [chunk], NEW)).toEqual([]);
    }
    expect(await ask('api.berth.internal', NEW)).toEqual(['10.64.0.21']);
  });

  it('refuses older names, foreign parts and what it can’t read, and stays as it is', async () => {
    await expect(put(lab, '/names/shop', partOf(9, { 1: [] }))).rejects.toThrow('409');
    await expect(put(lab, '/names/blog', partOf(11, { 1: [] }))).rejects.toThrow('400');
    await expect(put(lab, '/names/shop', { stack: 'shop' })).rejects.toThrow('400');
    await expect(put(lab, '/elsewhere', {})).rejects.toThrow('404');
    expect(await ask('api.berth.internal', NEW)).toEqual(['10.64.0.21']);
  });

  it('opens its socket to its owner alone', async () => {
    expect((await stat(lab.socket)).mode & 0o777).toBe(0o600);
  });
});

describe('an agent', () => {
  it('changes nothing when it says the same again, also after it was started anew', async () => {
    const own = await openLab();
    try {
      const [callers, part] = [callersOf({ [OLD]: 1 }), partOf(5, { 1: ['10.64.0.11'] })];
      const first = own.client();
      await first.ensureRunning();
      await own.listening();
      await first.registerCallers(callers);
      expect(await first.apply([part])).toEqual([{ stack: 'shop', generation: part.generation }]);
      expect(first.mutations).toBe(3);
      const again = own.client();
      await again.ensureRunning();
      await again.registerCallers(callers);
      expect(await again.apply([part, partOf(4, { 1: [] })])).toEqual([{ stack: 'shop', generation: part.generation }]);
      expect(again.mutations).toBe(0);
    } finally {
      await own.close();
    }
  });

  it('replaces a resolver of another release, which then answers from the disk before anybody told it anything', async () => {
    const own = await openLab();
    try {
      const agent = own.client();
      await agent.ensureRunning();
      await agent.registerCallers(callersOf({ [OLD]: 1, [NEW]: 2 }));
      await agent.apply([partOf(5, { 1: ['10.64.0.11'], 2: ['10.64.0.21'] })]);
      const before = await own.pid();
      await own.client({ release: '2' }).ensureRunning();
      await own.listening();
      expect(await own.pid()).not.toBe(before);
      expect(await lookup(clock, own.at, 'api.berth.internal', NEW)).toEqual(['10.64.0.21']);
    } finally {
      await own.close();
    }
  });

  it('leaves a readable table behind when one of the files on disk is spoilt', async () => {
    const own = await openLab();
    try {
      const agent = own.client();
      await agent.ensureRunning();
      await agent.registerCallers(callersOf({ [OLD]: 1 }));
      await agent.apply([partOf(5, { 1: ['10.64.0.11'] })]);
      await own.end();
      await writeFile(fileOf(own, 'blog.json'), '{"stack":');
      await agent.ensureRunning();
      await own.listening();
      expect(await lookup(clock, own.at, 'api.berth.internal', OLD)).toEqual(['10.64.0.11']);
      expect(await readFile(`${own.home}/run/resolver.log`, 'utf8')).toContain('blog.json');
    } finally {
      await own.close();
    }
  });
});
