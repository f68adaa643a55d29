import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { endOfListening, type World } from '#libs/domain/stack';
import { MemoryBeats } from '../listening/memory-beats.ts';
import { retiresOnce, Stage } from './stage.ts';

const DEADLINE_MS = 60_000;

/** Retires each stack a minute of listening after the test's clock began. */
const later = (world: World, stack: StackName, now: number): Decision[] => {
  const end = endOfListening(world.outages.test ?? [], 1_000_000, DEADLINE_MS);
  const [decision] = retiresOnce(world, stack);
  if (!decision) return [];
  return now < end ? [{ ...decision, events: [], wakeAt: end }] : [decision];
};

const stageOf = async () => {
  const stage = new Stage();
  await stage.deploying('shop');
  const beats = new MemoryBeats(stage.clock);
  const open = (given = beats) => stage.reactor(later, { beats: given });
  /** Everyone listens, second by second. */
  const listen = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) await stage.pass(1000);
  };
  const hasEnded = async () => (await stage.all('VersionRetired')).length > 0;
  return { stage, open, listen, hasEnded };
};

describe('a deadline', () => {
  it('passes while somebody listens', async () => {
    const { stage, open, listen, hasEnded } = await stageOf();
    await open();
    await listen(59);
    expect(await hasEnded()).toBe(false);
    await listen(1);
    expect(await hasEnded()).toBe(true);
    expect(await stage.all('ListeningResumed')).toEqual([]);
  });

  it('goes on with what it had left when nobody listened', async () => {
    const { stage, open, listen, hasEnded } = await stageOf();
    const first = await open();
    await listen(40);
    await first.stop();
    await stage.pass(3_600_000);
    await open();
    expect(await stage.all('ListeningResumed')).toMatchObject([{ data: { consumer: 'test' } }]);
    await listen(19);
    expect(await hasEnded()).toBe(false);
    await listen(2);
    expect(await hasEnded()).toBe(true);
  });

  it('passes for a replica that was away while another one listened', async () => {
    const { stage, open, listen, hasEnded } = await stageOf();
    const [first] = [await open(), await open()];
    await listen(10);
    await first.stop();
    await listen(30);
    await open();
    await listen(20);
    expect(await hasEnded()).toBe(true);
    expect(await stage.all('ListeningResumed')).toEqual([]);
  });

  it('does not pass by a clock of the service that runs ahead of the log', async () => {
    const { stage, open, listen, hasEnded } = await stageOf();
    const { clock } = stage;
    const ofLog = clock.now.bind(clock);
    await open(new MemoryBeats(Object.assign(Object.create(clock) as typeof clock, { now: ofLog })));
    clock.now = () => ofLog() + 50_000;
    await listen(58);
    expect(await hasEnded()).toBe(false);
    await listen(3);
    expect(await hasEnded()).toBe(true);
    expect(await stage.all('ListeningResumed')).toEqual([]);
  });

  it('does not pass by a clock of the log that jumps ahead', async () => {
    const { stage, open, listen, hasEnded } = await stageOf();
    const { clock } = stage;
    const reactor = await open();
    await listen(10);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 3_600_000;
    await stage.happens('hosts', 'HostTagged', { host: 'one' as never, tags: [] });
    await stage.feed(reactor);
    expect(await hasEnded()).toBe(false);
    await listen(48);
    expect(await stage.all('ListeningResumed')).toHaveLength(1);
    expect(await hasEnded()).toBe(false);
    await listen(3);
    expect(await hasEnded()).toBe(true);
  });

  it('is not decided by a replica that was frozen before it has told so', async () => {
    const { stage, open, listen, hasEnded } = await stageOf();
    await open();
    await listen(30);
    // All timers that fell due meanwhile fire at once, that of the deadline among them, before any work of theirs is done.
    await stage.pass(600_000);
    expect(await stage.all('ListeningResumed')).toHaveLength(1);
    expect(await hasEnded()).toBe(false);
    await listen(28);
    expect(await hasEnded()).toBe(false);
    await listen(3);
    expect(await hasEnded()).toBe(true);
  });
});
