import { nextTick } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { item, retired } from '../event-log.contract.ts';
import type { AppendResult } from '../event-log.ts';
import { type Proposal, propose, streamsOf } from '../proposal.ts';
import { AppendQueue } from './append-queue.ts';

const proposalFor = (stack: string): Proposal => propose(item({ [`stack/${stack}`]: 0 }, [retired(stack)])) as Proposal;
const stacksOf = (call: readonly Proposal[]): readonly string[] => call.flatMap(({ events }) => events.map(({ subject }) => subject));

const turn = (): Promise<void> => new Promise((resolve) => nextTick(resolve));

/** A storage whose calls end when the test says so. */
class Storage {
  readonly calls: (readonly Proposal[])[] = [];
  readonly #ends: PromiseWithResolvers<void>[] = [];
  readonly queue = new AppendQueue(
    (proposals) => this.#take(proposals),
    (cause) => cause instanceof RangeError,
  );

  async #take(proposals: readonly Proposal[]): Promise<readonly AppendResult[]> {
    const position = this.calls.push(proposals) * 100;
    const end = Promise.withResolvers<void>();
    this.#ends.push(end);
    await end.promise;
    if (stacksOf(proposals).includes('poison')) throw new Error('no such bytes');
    return proposals.map((_, i) => ({ status: 'appended', positions: [position + i] }));
  }

  /** Lets calls end until nothing is under way. */
  async drain(): Promise<void> {
    await turn();
    for (let at = 0; at < this.#ends.length; at++) {
      this.#ends[at]?.resolve();
      await turn();
      await turn();
    }
    await this.queue.idle();
  }

  failNext(cause: Error): void {
    this.#ends.at(-1)?.reject(cause);
  }
}

describe('appends that arrive while one is being committed', () => {
  it('go together in the next call, and each gets its own results', async () => {
    const storage = new Storage();
    const append = (stack: string): Promise<readonly AppendResult[]> => storage.queue.append([proposalFor(stack)]);
    const first = append('a');
    await turn();
    const results = Promise.all([first, append('b'), append('c')]);
    await storage.drain();
    expect(storage.calls.map(stacksOf)).toEqual([['a'], ['b', 'c']]);
    expect((await results).flat()).toEqual([100, 200, 201].map((position) => ({ status: 'appended', positions: [position] })));
  });

  it('go together again when those who were answered append again at once', async () => {
    const storage = new Storage();
    const twice = async (stack: string): Promise<void> => {
      await storage.queue.append([proposalFor(stack)]);
      await storage.queue.append([proposalFor(stack)]);
    };
    const all = Promise.all(['a', 'b', 'c'].map(twice));
    await storage.drain();
    await all;
    expect(storage.calls.map(stacksOf)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  it('never share a stream with another of their call, and keep their order within it', async () => {
    const orders = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(orders, async (stacks) => {
        const storage = new Storage();
        const proposals = stacks.map(proposalFor);
        const done = Promise.all(proposals.map((proposal) => storage.queue.append([proposal])));
        await storage.drain();
        await done;
        for (const call of storage.calls) expect(new Set(call.flatMap(streamsOf)).size).toBe(call.length);
        const sent = storage.calls.flat();
        for (const stack of stacks)
          expect(sent.filter((p) => stacksOf([p])[0] === stack)).toEqual(proposals.filter((p) => stacksOf([p])[0] === stack));
      }),
    );
  });

  it('are sent one by one when a neighbour has bytes that the storage can not take', async () => {
    const storage = new Storage();
    const appends = ['first', 'a', 'poison', 'b'].map((stack) => storage.queue.append([proposalFor(stack)]));
    const settled = Promise.allSettled(appends);
    await storage.drain();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('all fail, and are not sent again, when the storage is away', async () => {
    const storage = new Storage();
    const settled = Promise.allSettled([storage.queue.append([proposalFor('a')])]);
    await turn();
    storage.failNext(new RangeError('away'));
    expect((await settled)[0]?.status).toBe('rejected');
    expect(storage.calls.length).toBe(1);
  });
});
