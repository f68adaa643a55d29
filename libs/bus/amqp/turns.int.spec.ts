import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { StackName } from '#libs/contracts';
import { laneOf } from '#libs/contracts';
import { Heard } from '../test-stage/heard.ts';
import { useRabbit } from '../test-stage/rabbit.ts';
import type { Turn } from '../turns.ts';
import type { AmqpBus } from './index.ts';

const rabbit = useRabbit();

interface Replica {
  readonly child: ChildProcess;
  readonly said: Heard<string>;
}

/** Another process that takes turns and never ends one. */
const startReplica = async (consumer: string): Promise<Replica> => {
  const program = fileURLToPath(new URL('../test-stage/replica.ts', import.meta.url));
  const args = ['--conditions=berth-source', program, rabbit.broker.url, consumer];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = new Heard<string>();
  createInterface({ input: child.stdout }).on('line', (line) => said.add(line));
  await said.until((lines) => lines.includes('ready'));
  return { child, said };
};

const takeTurns = async (bus: AmqpBus, consumer: string): Promise<Heard<Turn>> => {
  const heard = new Heard<Turn>();
  await bus.turns.take(consumer, async ({ events }) => {
    for (const event of events) heard.add(event);
  });
  return heard;
};
const positions = (events: readonly Turn[]): readonly number[] => events.map(({ position }) => position);

it.each([
  ['was killed', 'SIGKILL'],
  ['froze', 'SIGSTOP'],
] as const)('hands the turns of a replica that %s to another one, from the first that it did not end', async (_, signal) => {
  const consumer = signal.toLowerCase();
  const active = await startReplica(consumer);
  const [standby, relay] = [await rabbit.open(consumer), await rabbit.open('relay')];
  const heard = await takeTurns(standby, consumer);
  const events = await rabbit.log().append(150);
  await relay.publisher.publish(events.slice(0, 1));
  await active.said.until((lines) => lines.includes('took 1'));
  await relay.publisher.publish(events.slice(1));
  expect(heard.all).toEqual([]);
  active.child.kill(signal);
  await heard.until(({ length }) => length >= 150);
  expect(positions(heard.all)).toEqual(positions(events));
});

it('gives each event to one replica, each lane in its order', async () => {
  const [one, two, relay] = [await rabbit.open('pair'), await rabbit.open('pair'), await rabbit.open('relay')];
  const [first, second] = [await takeTurns(one, 'pair'), await takeTurns(two, 'pair')];
  const log = rabbit.log();
  const events = [...(await log.append(20, 'shop')), ...(await log.append(20, 'crm')), ...(await log.append(20, 'shop'))];
  await relay.publisher.publish(events);
  await Promise.all([first, second].map((heard) => heard.until(() => first.all.length + second.all.length >= 60)).slice(0, 1));
  const all = [...first.all, ...second.all];
  expect(new Set(positions(all)).size).toBe(60);
  for (const stack of ['shop', 'crm']) {
    const ofLane = (event: Turn): boolean => event.lane === laneOf(stack as StackName);
    expect(positions(all.filter(ofLane))).toEqual(positions(events.filter(ofLane)));
  }
});

it('goes on with the other lanes when one can not be handled', async () => {
  const [bus, relay] = [await rabbit.open('stuck'), await rabbit.open('relay')];
  const heard = new Heard<string>();
  await bus.turns.take('stuck', async ({ events }) => {
    const stacks = events.map(({ data }) => ('stack' in data ? String(data.stack) : ''));
    if (stacks.includes('shop')) throw new Error('a stack that nobody can decide for');
    for (const stack of stacks) heard.add(stack);
  });
  const log = rabbit.log();
  await relay.publisher.publish([...(await log.append(1, 'shop')), ...(await log.append(1, 'crm'))]);
  await heard.until((all) => all.includes('crm'));
  await rabbit.problems.until((all) => all.filter((problem) => problem.includes('nobody can decide')).length >= 2);
  expect(heard.all).toEqual(['crm']);
});
