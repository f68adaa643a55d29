import { expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import type { TimeLeft } from '#libs/contracts';
import type { Line } from '../api/progress.ts';
import type { Context } from '../context.ts';
import { beginProgress } from './progress.ts';
import { watch } from './watch.ts';

/** Watches a deployment of which the log says nothing for ten seconds, then leaves it; what was said meanwhile. */
const watched = async (deployment: () => Promise<{ readonly left: TimeLeft | null }>): Promise<readonly string[]> => {
  const clock = new ManualClock(100_000);
  const person = new AbortController();
  const said = Promise.withResolvers<void>();
  const lines: Line[] = [];
  const api = { deployment, call: async (_: string, { signal }: { signal: AbortSignal }) => silent(signal) };
  const begun = beginProgress('abcdefghijklmnop', ['web'], clock.now());
  const say = (line: Line): void => {
    lines.push(line);
    said.resolve();
  };
  const context = { api, clock, signal: person.signal } as unknown as Context;
  const watching = watch({ context, stack: 'shop', after: 0, begun, timeoutMs: 60_000, say });
  clock.advance(10_000);
  await said.promise;
  person.abort();
  await watching;
  return lines.map(([step, text]) => `${step} ${text}`);
};

const silent = (signal: AbortSignal): Response =>
  new Response(new ReadableStream({ start: (stream) => signal.addEventListener('abort', () => stream.close()) }));

it('says what is awaited and what is left of the deadline', async () => {
  expect(await watched(async () => ({ left: { listeningMs: 412_000, silentSince: null } }))).toEqual([
    'waiting for the deployment to begin, since 10.0s; 412 s of listening left',
  ]);
});

it('says that nobody listens, and that the deadline stands still', async () => {
  expect(await watched(async () => ({ left: { listeningMs: 412_000, silentSince: 70_000 } }))).toEqual([
    'waiting for the deployment to begin, since 10.0s; 412 s of listening left; nobody listens since 40s: the deadline stands still',
  ]);
});

it.each([
  ['while no deadline runs', async () => ({ left: null })],
  ['when the API does not say', () => Promise.reject(new Error('reach Berth'))],
])('says what is awaited %s', async (_, deployment) => {
  expect(await watched(deployment)).toEqual(['waiting for the deployment to begin, since 10.0s']);
});
