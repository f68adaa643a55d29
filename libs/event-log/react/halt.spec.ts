import { describe, expect, it } from 'vitest';
import type { BerthEvent } from '#libs/contracts';
import type { EventQuery } from '../event-log.ts';
import { MemoryEventLog } from '../memory/index.ts';
import { Unreadable } from '../unreadable.ts';
import { retiresOnce, Stage } from './stage.ts';

/** An older release: it can't read events of one type until it is upgraded. */
class OldReader extends MemoryEventLog {
  unknown: string | null = 'HostTagged';

  override async read(query: EventQuery): Promise<readonly BerthEvent[]> {
    const events = await super.read(query);
    const bad = events.find(({ type }) => type === this.unknown);
    if (bad) throw new Unreadable(bad, `no type is called ${bad.type}`);
    return events;
  }
}

const stage = (): { readonly stage: Stage; readonly log: OldReader } => {
  const opened = new Stage((clock) => new OldReader(clock));
  return { stage: opened, log: opened.log as OldReader };
};

describe('an event that can not be folded', () => {
  it('halts the reactor before it, with words that name it, and nothing more is decided', async () => {
    const { stage: on, log } = stage();
    await on.deploying('blog');
    const reactor = await on.reactor(retiresOnce);
    const { position } = reactor.world;
    const behind = (await log.head()).position;
    await on.happens('hosts', 'HostTagged', { host: 'one' as never, tags: [] });
    await on.deploying('shop');
    await reactor.take([]);
    expect(reactor.world.position).toBe(behind);
    expect(behind).toBeGreaterThanOrEqual(position);
    expect(reactor.hindrance).toMatch(
      new RegExp(`halted before position ${behind + 1}: event .* \\(HostTagged\\).*no type is called HostTagged`),
    );
    await on.pass(5000);
    expect((await log.readStream('stack/shop')).map(({ type }) => type)).not.toContain('VersionRetired');
    expect(on.problems).toHaveLength(1);
  });

  it('is folded by itself as soon as it can be, and everything after it is decided', async () => {
    const { stage: on, log } = stage();
    await on.happens('hosts', 'HostTagged', { host: 'one' as never, tags: [] });
    await on.deploying('shop');
    const reactor = await on.reactor(retiresOnce);
    expect(reactor.world.position).toBe(0);
    log.unknown = null;
    await on.pass(5000);
    expect(reactor.hindrance).toBeNull();
    expect((await log.readStream('stack/shop')).map(({ type }) => type)).toContain('VersionRetired');
  });

  it('hands the turns to others, and takes them again', async () => {
    const { stage: on, log } = stage();
    const told: boolean[] = [];
    const reactor = await on.reactor(retiresOnce, { acts: 'in turn', onHalted: (isHalted) => told.push(isHalted) });
    await on.happens('hosts', 'HostTagged', { host: 'one' as never, tags: [] });
    await on.deploying('shop');
    await reactor.take([]);
    const turn = { ...((await on.log.readStream('stack/shop'))[0] as BerthEvent) };
    await expect(reactor.act([turn])).rejects.toThrow('halted');
    log.unknown = null;
    await reactor.take([]);
    expect(told).toEqual([true, false]);
    await reactor.act([turn]);
    expect((await log.readStream('stack/shop')).map(({ type }) => type)).toContain('VersionRetired');
  });
});
