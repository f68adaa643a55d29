import { describe, expect, it } from 'vitest';
import { CountingIds, ManualClock } from '#libs/clock';
import type { AnyNewEvent } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { Present } from './present.ts';

class Stage {
  readonly clock = new ManualClock();
  readonly ids = new CountingIds();
  readonly log = new MemoryEventLog(this.clock);
  readonly present = new Present({ log: this.log, clock: this.clock, ids: this.ids, report: () => undefined });
  /** Positions after which the log was read. */
  readonly readAfter: number[] = [];

  constructor() {
    const read = this.log.read.bind(this.log);
    this.log.read = (query) => {
      this.readAfter.push(query.after ?? 0);
      return read(query);
    };
  }

  async joins(host: string): Promise<void> {
    const data = { host, tags: [], capacity: { milliCpus: 1, memoryBytes: 1 }, proxy: false };
    const event = {
      id: this.ids.event(),
      type: 'HostJoined',
      data,
      actor: 'test',
      correlation: 'test',
      causation: null,
    } as unknown as AnyNewEvent;
    const { position } = await this.log.head();
    await this.log.append([{ incarnation: 1, expected: { hosts: position }, events: [{ stream: 'hosts', event }] }]);
  }

  async hosts(): Promise<readonly string[]> {
    return (await this.present.world()).hosts.keys();
  }
}

describe('the present', () => {
  it('holds all that the log held when it was asked for, also by two at once', async () => {
    const stage = new Stage();
    await stage.joins('h1');
    expect(await Promise.all([stage.hosts(), stage.hosts()])).toEqual([['h1'], ['h1']]);
    await stage.joins('h2');
    expect(await stage.hosts()).toEqual(['h1', 'h2']);
  });

  it('reads nothing until it is asked for, then only what came since, and begins anew when nobody asked for long', async () => {
    const stage = new Stage();
    await stage.joins('h1');
    await stage.joins('h2');
    expect(stage.readAfter).toEqual([]);
    await stage.hosts();
    await stage.joins('h3');
    stage.readAfter.length = 0;
    await stage.hosts();
    // With the last that was known, to see that it is the same still.
    expect(Math.min(...stage.readAfter)).toBe(1);
    stage.clock.advance(600_000);
    stage.readAfter.length = 0;
    expect(await stage.hosts()).toEqual(['h1', 'h2', 'h3']);
    expect(stage.readAfter[0]).toBe(0);
  });

  it('goes with a log that went back', async () => {
    const stage = new Stage();
    await stage.joins('h1');
    await stage.hosts();
    await stage.log.raiseIncarnation({ id: stage.ids.event(), from: 1, reason: 'by-operator', actor: 'test' });
    expect((await stage.present.world()).incarnation).toBe(2);
  });
});
