import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import type { HostId } from '#libs/contracts';
import { Hearing } from './hearing.ts';

const [ONE, TWO] = ['one', 'two'] as [HostId, HostId];

class Stage {
  readonly clock = new ManualClock();
  readonly hearing = new Hearing(this.clock);

  /** Echoes come back each second, and these hosts are heard. */
  listens(seconds: number, ...hosts: readonly HostId[]): this {
    for (let second = 0; second < seconds; second++) {
      const seq = this.hearing.call();
      this.clock.advance(1000);
      this.hearing.echoed(seq);
      for (const host of hosts) this.hearing.heard(host);
    }
    return this;
  }

  isDeaf(seconds: number): this {
    for (let second = 0; second < seconds; second++) {
      this.hearing.call();
      this.clock.advance(1000);
    }
    return this;
  }

  silence(host: HostId): number | undefined {
    return this.hearing.of([ONE, TWO])?.silentMs.get(host);
  }
}

describe('hearing', () => {
  it('knows nothing before its first echo', () => {
    expect(new Stage().silence(ONE)).toBeUndefined();
  });

  it('counts the silence of each host while its echoes come back', () => {
    const stage = new Stage().listens(2, ONE, TWO);
    stage.listens(5, ONE);
    expect(stage.silence(ONE)).toBeLessThanOrEqual(1000);
    expect(stage.silence(TWO)).toBe(5000);
  });

  it('gives a host that was never heard the whole time from its own start', () => {
    const stage = new Stage().listens(100);
    expect(stage.silence(TWO)).toBe(0);
    stage.listens(4);
    expect(stage.silence(TWO)).toBe(4000);
  });

  it('knows nothing while its echoes do not come back', () => {
    const stage = new Stage().listens(2, ONE, TWO);
    stage.isDeaf(4);
    expect(stage.silence(ONE)).toBeUndefined();
  });

  it('begins anew for every host after a pause, of its own or of the broker', () => {
    const stage = new Stage().listens(2, ONE, TWO);
    stage.listens(20, ONE);
    stage.isDeaf(10);
    stage.listens(1);
    expect(stage.silence(TWO)).toBe(0);
    stage.listens(3);
    expect(stage.silence(TWO)).toBe(3000);
  });

  it('takes an echo once, whenever it comes', () => {
    const stage = new Stage().listens(2, ONE);
    stage.hearing.echoed(1);
    stage.hearing.echoed(77);
    expect(stage.silence(ONE)).toBe(0);
  });
});
