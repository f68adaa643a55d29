import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyWorld, evolveWorld } from '#libs/domain/stack';
import { retiresOnce, Stage } from './stage.ts';

const worldOf = async (stage: Stage): Promise<string> =>
  JSON.stringify((await stage.log.read({ limit: 1000 })).reduce(evolveWorld, emptyWorld));

describe('a log that lost its newest events', () => {
  it('is noticed at the next look, gets another incarnation, and is decided on anew', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const reactor = await stage.reactor(retiresOnce);
    await stage.feed(reactor);
    stage.log.loseAfter(2);
    await stage.pass(5000);
    expect(await stage.all('IncarnationRaised')).toMatchObject([{ data: { incarnation: 2, until: { incarnation: 1, position: 2 } } }]);
    expect(await stage.all('VersionRetired')).toMatchObject([{ incarnation: 2 }]);
  });

  it('is noticed by a stream that is shorter than it was, though others wrote on since', async () => {
    const stage = new Stage();
    let isDue = false;
    await stage.deploying('shop', 'blog');
    const late = await stage.reactor((world, stack) => (isDue ? retiresOnce(world, stack) : []), { acts: 'in turn' });
    const turn = (await stage.log.read({ stack: 'blog' })).slice(0, 1);
    stage.log.loseAfter(3);
    await stage.deploying('wiki', 'docs');
    isDue = true;
    const acted = late.act(turn);
    await stage.pass(300);
    await acted;
    await stage.feed(late);
    expect(await stage.all('IncarnationRaised')).toHaveLength(1);
    expect(JSON.stringify(late.world)).toBe(await worldOf(stage));
  });

  it('is noticed by another event at a position that was folded, though no stream is shorter', async () => {
    const stage = new Stage();
    await stage.deploying('shop');
    const reactor = await stage.reactor(() => []);
    stage.log.loseAfter(1);
    await stage.deploying('blog');
    await stage.feed(reactor);
    await reactor.take(await stage.log.read({ limit: 1000 }));
    expect(await stage.all('IncarnationRaised')).toHaveLength(1);
    expect(JSON.stringify(reactor.world)).toBe(await worldOf(stage));
  });

  it('leaves every replica with the world of the log, wherever it was cut and whatever came after', async () => {
    const cut = fc.record({ before: fc.nat(4), lost: fc.nat(12), after: fc.nat(4), isRaised: fc.boolean(), isCopied: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cut, async ({ before, lost, after, isRaised, isCopied }) => {
        const stage = new Stage();
        const named = (kind: string, count: number) => Array.from({ length: count }, (_, nth) => `${kind}${nth}`);
        await stage.deploying(...named('old', before));
        const replicas = [await stage.reactor(retiresOnce), await stage.reactor(retiresOnce, { acts: 'in turn' })];
        await stage.feed(...replicas);
        const copies = await stage.log.read({ limit: 1000 });
        stage.log.loseAfter(Math.max(0, copies.length - lost));
        if (isRaised) await stage.log.raiseIncarnation({ id: stage.ids.event(), from: 1, reason: 'restored', actor: 'test' });
        if (isRaised) await stage.deploying(...named('new', after));
        // The bus still holds news of what was lost.
        if (isCopied) for (const replica of replicas) await replica.take(copies);
        for (let look = 0; look < 4; look++) {
          await stage.pass(5000);
          await stage.feed(...replicas);
        }
        const world = await worldOf(stage);
        expect(replicas.map((replica) => JSON.stringify(replica.world))).toEqual([world, world]);
        expect(stage.problems).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
