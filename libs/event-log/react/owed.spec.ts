import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { type BerthEvent, LANES, laneOf, type StackName } from '#libs/contracts';
import { emptyWorld, type World } from '#libs/domain/stack';
import { Owed } from './owed.ts';

const shop = 'shop' as StackName;
const lane = laneOf(shop);
const others = Array.from({ length: LANES }, (_, each) => each).filter((each) => each !== lane);
const event = (position: number): BerthEvent => ({ lane, position }) as BerthEvent;
/** A world in which only the names of stacks count. */
const world = { ...emptyWorld, stacks: new Map([[shop, {}]]) } as unknown as World;

class Stage {
  readonly clock = new ManualClock();
  lanes: readonly number[] | undefined = [lane];
  readonly owed: Owed;

  constructor() {
    const stage = this;
    const turns = {
      get lanes() {
        return stage.lanes;
      },
    };
    this.owed = new Owed({ clock: this.clock, turns });
    this.owed.begin();
  }

  fold(...positions: readonly number[]): void {
    for (const position of positions) this.owed.folded(event(position), [shop]);
  }

  hand(position: number, work: () => Promise<void> = async () => undefined): Promise<void> {
    return this.owed.handed([event(position)], work);
  }

  after(ms: number): readonly StackName[] {
    this.clock.advance(ms);
    return this.owed.take(world);
  }
}

describe('what the post owes', () => {
  it('is taken after a second, and from then on at once', () => {
    const stage = new Stage();
    stage.fold(1);
    expect(stage.after(999)).toEqual([]);
    expect(stage.after(1)).toEqual([shop]);
    stage.fold(2);
    expect(stage.after(0)).toEqual([shop]);
    expect(stage.after(10_000)).toEqual([]);
    expect(stage.owed.words).toEqual([`the broker has handed out no turn of lane ${lane} for 11 s; 2 were taken from the log`]);
  });

  it('is waited for again as soon as the post hands out something of the lane', async () => {
    const stage = new Stage();
    stage.fold(1);
    stage.after(1000);
    await stage.hand(1);
    expect(stage.owed.words).toEqual([]);
    stage.fold(2);
    expect(stage.after(999)).toEqual([]);
  });

  it('is nothing that was handed out, before or after it was folded', async () => {
    const stage = new Stage();
    await stage.hand(2);
    stage.fold(1, 2, 3);
    await stage.hand(3);
    expect(stage.after(9000)).toEqual([]);
  });

  it('is waited for while a turn of the lane is worked on', async () => {
    const stage = new Stage();
    const free = Promise.withResolvers<void>();
    const handed = stage.hand(1, () => free.promise);
    stage.fold(2);
    expect(stage.after(5000)).toEqual([]);
    free.resolve();
    await handed;
    expect(stage.after(999)).toEqual([]);
    expect(stage.after(1)).toEqual([shop]);
  });

  it('is nothing of a lane that is another replica’s', () => {
    const stage = new Stage();
    stage.lanes = others;
    stage.after(0);
    stage.fold(1);
    expect(stage.after(5000)).toEqual([]);
  });

  it('is nothing where nobody counts replicas', () => {
    const stage = new Stage();
    stage.lanes = undefined;
    stage.fold(1);
    expect([stage.owed.isIdle, stage.after(5000)]).toEqual([true, []]);
  });
});

describe('a lane that was another replica’s until now', () => {
  it('is decided for at once, and what was folded of it lately', () => {
    const stage = new Stage();
    stage.lanes = others;
    stage.after(0);
    stage.owed.folded(event(1), ['crm' as StackName]);
    stage.lanes = [lane];
    expect([...stage.after(0)].sort()).toEqual(['crm', shop]);
    expect(stage.after(0)).toEqual([]);
  });

  it('is not one that it had from the beginning', () => {
    const stage = new Stage();
    expect(stage.after(5000)).toEqual([]);
  });
});
