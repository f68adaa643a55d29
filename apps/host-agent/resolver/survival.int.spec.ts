import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, askState } from './client/ask.ts';
import { lookup, question, sendByUdp } from './testing/ask.ts';
import { clock, type Lab, openLab } from './testing/start.ts';
import { callersOf, partOf } from './testing/tables.ts';

const WEB = '127.0.0.2';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(() => lab.close());

const isAnswering = async (): Promise<void> => {
  expect(await lookup(clock, lab.at, 'api.berth.internal', WEB)).toEqual(['10.64.0.11']);
};

describe('a resolver', () => {
  it('outlives the agent that started it, though that is killed', async () => {
    const agent = fileURLToPath(new URL('./testing/agent.ts', import.meta.url));
    const process_ = spawn(process.execPath, ['--conditions=berth-source', agent, lab.home, `${lab.at.port}`], { stdio: 'pipe' });
    await once(process_.stdout, 'data');
    const before = await lab.pid();
    process_.kill('SIGKILL');
    await once(process_, 'exit');
    await isAnswering();
    expect(await lab.pid()).toBe(before);
  });

  it('answers from its disk after it was killed and started again with nobody to tell it anything', async () => {
    const agent = lab.client();
    await agent.ensureRunning();
    await agent.registerCallers(callersOf({ [WEB]: 1 }));
    await agent.apply([partOf(3, { 1: ['10.64.0.11'] })]);
    process.kill((await lab.pid()) ?? 0, 'SIGKILL');
    while ((await lab.pid()) !== null) await clock.sleep(10);
    await lab.client().ensureRunning();
    await lab.listening();
    await isAnswering();
  });

  it('begins to answer when its address is free', async () => {
    const other = createSocket('udp4').bind(lab.at.port, lab.at.address);
    await once(other, 'listening');
    const agent = lab.client();
    await agent.ensureRunning();
    await agent.registerCallers(callersOf({ [WEB]: 1 }));
    expect(await agent.apply([partOf(3, { 1: ['10.64.0.11'] })])).toEqual([]);
    other.close();
    await lab.listening();
    expect((await agent.apply([])).length).toBe(1);
    await isAnswering();
  });

  it('is not started twice in one home', async () => {
    const agents = [lab.client(), lab.client()];
    await agents[0]?.ensureRunning();
    const pid = await lab.pid();
    await agents[1]?.ensureRunning();
    expect(await lab.pid()).toBe(pid);
  });

  it('answers its own names at once while the name servers of others are black holes, and limits what waits for them', async () => {
    const hole = createSocket('udp4').bind(0, '127.0.0.1');
    await once(hole, 'listening');
    const agent = lab.client({ upstreams: [`127.0.0.1#${hole.address().port}`] });
    await agent.ensureRunning();
    await agent.registerCallers(callersOf({ [WEB]: 1 }));
    await agent.apply([partOf(3, { 1: ['10.64.0.11'] })]);
    await lab.listening();
    const foreign = Array.from({ length: 150 }, (_, index) =>
      sendByUdp(clock, lab.at, question(`n${index}.example.com`), { from: WEB }).then((answer) => ({ answer, at: clock.monotonic() })),
    );
    const before = clock.monotonic();
    await isAnswering();
    expect(clock.monotonic() - before).toBeLessThan(500);
    const answers = await Promise.all(foreign);
    expect(answers.every(({ answer }) => answer !== null && ((answer[3] ?? 0) & 15) === 2)).toBe(true);
    expect(answers.filter(({ at }) => at - before < 900).length).toBe(50);
    hole.close();
  });

  it('forgets a stack that it is told to forget', async () => {
    const agent = lab.client();
    await agent.ensureRunning();
    await agent.apply([partOf(3, { 1: ['10.64.0.11'] })]);
    await ask(lab.socket, 'DELETE', '/names/shop');
    expect((await askState(lab.socket))?.generations).toEqual({});
  });
});
