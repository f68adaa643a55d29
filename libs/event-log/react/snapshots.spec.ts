import { describe, expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import { WORLD_FORM, worldText } from '#libs/domain/stack';
import type { EventQuery } from '../event-log.ts';
import { MemoryEventLog, MemorySnapshots } from '../memory/index.ts';
import type { NewSnapshot } from '../snapshots.ts';
import { Stage } from './stage.ts';

const STRIDE = 8;
const NAME = `world-${WORLD_FORM}`;

/** Counts what is read of it. */
class ReadLog extends MemoryEventLog {
  read_ = 0;

  override async read(query: EventQuery): Promise<readonly BerthEvent[]> {
    const events = await super.read(query);
    this.read_ += events.length;
    return events;
  }
}

const stage = () => {
  const opened = new Stage((clock) => new ReadLog(clock));
  const snapshots = new MemorySnapshots(opened.clock);
  const log = opened.log as ReadLog;
  const start = async (on = snapshots) => {
    const reactor = await opened.reactor(() => [], { snapshots: on, stride: STRIDE });
    await opened.pass(0);
    return reactor;
  };
  const positions = async () => (await snapshots.list(NAME)).map(({ position }) => position);
  return { opened, snapshots, log, start, positions };
};

describe('snapshots of the world', () => {
  it('are taken now and then, so that a start reads only what came since', async () => {
    const { opened, log, start, positions } = stage();
    await opened.deploying('a', 'b', 'c', 'd', 'e');
    const first = await start();
    expect(await positions()).toEqual([10]);
    await opened.deploying('f');
    await first.take([]);
    log.read_ = 0;
    const second = await start();
    expect(log.read_).toBe(2);
    expect(worldText(second.world)).toBe(worldText(first.world));
  });

  it('are not taken of a log that is short', async () => {
    const { opened, start, positions } = stage();
    await opened.deploying('a', 'b', 'c');
    await start();
    expect(await positions()).toEqual([]);
  });

  it('are not used where the log lost what they know', async () => {
    const { opened, log, start } = stage();
    await opened.deploying('a', 'b', 'c', 'd', 'e');
    await (await start()).stop();
    log.loseAfter(6);
    await log.raiseIncarnation({ id: opened.ids.event() as never, from: 1, reason: 'tail-lost', actor: 'test' });
    await opened.deploying('f', 'g');
    const reactor = await start();
    expect(reactor.world.stacks.keys()).toEqual(['a', 'b', 'c', 'f', 'g']);
    expect(reactor.world).toMatchObject({ incarnation: 2, position: 11 });
  });

  it('are not taken of what the log lost before they could be', async () => {
    const { opened, log, positions } = stage();
    await opened.deploying('a', 'b', 'c');
    const snapshots = new MemorySnapshots(opened.clock);
    const reactor = await opened.reactor(() => [], { snapshots, stride: STRIDE });
    await opened.deploying('d');
    const lost = await log.read({ after: 6 });
    log.loseAfter(6);
    await opened.deploying('z');
    await reactor.take(lost);
    await opened.pass(0);
    expect(reactor.world.position).toBe(8);
    expect(await snapshots.list(NAME)).toEqual([]);
    expect(await positions()).toEqual([]);
  });

  it('that can not be read are told and passed by', async () => {
    const { opened, start, snapshots } = stage();
    await opened.deploying('a', 'b', 'c', 'd', 'e');
    const { position, hash } = await opened.log.head();
    const broken: NewSnapshot = { incarnation: 1, position, hash, slot: 8 };
    await snapshots.save(NAME, broken, [new Uint8Array([1, 2, 3])]);
    const reactor = await start();
    expect(reactor.world.position).toBe(10);
    expect(opened.problems).toHaveLength(1);
    expect(opened.problems[0]).toContain('read the snapshot of position 10');
  });

  it('that can not be saved are told, and hold nothing up', async () => {
    const { opened, start } = stage();
    class Full extends MemorySnapshots {
      override async save(): Promise<boolean> {
        throw new Error('no room');
      }
    }
    await opened.deploying('a', 'b', 'c', 'd', 'e');
    const reactor = await start(new Full(opened.clock));
    expect(reactor.world.position).toBe(10);
    expect(opened.problems).toEqual(['save a snapshot of position 10: Error: no room']);
  });
});
