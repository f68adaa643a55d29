import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '#libs/contracts';
import { checkInvariants } from '#libs/testing';
import { type LoadResult, startLoad } from '../../examples/shop/load.mjs';
import { Chance } from '../simulation/world/chance.ts';
import type { Harm } from './harms.ts';
import { promotedOf, unrest } from './judge.ts';
import type { Platform } from './platform.ts';

/** `hasty`: a second version is asked for at once. `failing`: a version that can't be promoted. */
export const wishes = ['good', 'failing', 'hasty'] as const;
type Wish = (typeof wishes)[number];

/** One deployment or two, and one harm that begins when the log shows the step. */
export interface Round {
  readonly seed: string;
  readonly harm: Harm;
  readonly step: EventType;
  readonly wish: Wish;
}

export interface Outcome {
  readonly round: Round;
  /** False: the step did not come. */
  readonly isStruck: boolean;
  readonly promoted: number;
  readonly failed: number;
  /** At the doors. */
  readonly requests: number;
  /** Of them those without a good answer. */
  readonly lost: number;
  readonly seconds: number;
  /** What was not as it must be, in words; empty: everything held. */
  readonly faults: readonly string[];
}

const STEP_S = 60;
const REST_S = 150;
const RATE = 5;

export const play = async (platform: Platform, round: Round): Promise<Outcome> => {
  const began = performance.now();
  const begin = (await platform.log()).at(-1)?.position ?? 0;
  const loads = round.harm.spares ? platform.doors.map((url) => startLoad({ url, rate: RATE })) : [];
  const strike = platform.shows(round.step, begin, STEP_S).then(async (isShown) => {
    if (isShown) await round.harm.befall(platform, new Chance(0, `${round.seed}/${round.harm.name}`));
    return isShown;
  });
  const isTaken = await wish(platform, round.wish);
  const isStruck = await strike;
  // Who asked and heard no answer asks again.
  if (!isTaken) await wish(platform, round.wish);
  const unresting = await untilRest(platform);
  const answers = await Promise.all(loads.map((load) => load.finish()));
  const log = (await platform.log().catch(() => [])).filter(({ position }) => position > begin);
  return {
    ...{ round, isStruck },
    promoted: log.filter(({ type }) => type === 'VersionPromoted').length,
    failed: log.filter(({ type }) => type === 'DeployFailed').length,
    requests: answers.reduce((sum, { sent }) => sum + sent, 0),
    lost: answers.reduce((sum, { failed }) => sum + failed, 0),
    seconds: (performance.now() - began) / 1000,
    faults: [...unresting, ...(unresting.length === 0 ? await verdict(platform, round, log, answers) : [])],
  };
};

const wish = async (platform: Platform, what: Wish): Promise<boolean> => {
  const isTaken = await platform.deploy(what === 'failing' ? 'crash' : '');
  return what === 'hasty' ? (await platform.deploy()) && isTaken : isTaken;
};

/** What still differs after a while; empty as soon as nothing does. */
const untilRest = async (platform: Platform): Promise<readonly string[]> => {
  const end = performance.now() + REST_S * 1000;
  for (;;) {
    const words = await differences(platform).catch((cause: unknown) => [`nobody can be asked: ${cause}`]);
    if (words.length === 0) return [];
    if (performance.now() > end) return words.map((word) => `after ${REST_S} s: ${word}`);
    await sleep(500);
  }
};

const differences = async (platform: Platform): Promise<readonly string[]> => {
  const log = await platform.log();
  const words = unrest(log, await platform.running());
  const label = platform.labelOf(promotedOf(log));
  if (words.length > 0 || label === undefined) return words;
  const answers = await Promise.all(platform.doors.map(async (url) => ({ url, ...(await answerOf(url)) })));
  return answers.flatMap(({ url, web, api }) => (web === label && api === label ? [] : [`${url} answers ${web}/${api}, not ${label}`]));
};

const answerOf = async (url: string): Promise<{ readonly web?: string; readonly api?: string }> =>
  (await (await fetch(url, { signal: AbortSignal.timeout(5000) })).json()) as { web?: string; api?: string };

const verdict = async (
  platform: Platform,
  { harm, wish: wished }: Round,
  log: readonly { readonly type: string }[],
  answers: readonly LoadResult[],
): Promise<readonly string[]> => {
  const broken = checkInvariants(await platform.log()).map((v) => `${v.invariant} at ${v.position}: ${v.message}`);
  if (!harm.spares) return broken;
  const lost = answers.flatMap(({ failed, failures }) => (failed > 0 ? [`${failed} requests failed: ${failures.join(', ')}`] : []));
  const mixed = answers.flatMap(({ pairs }) => (pairs.mismatched > 0 ? [`${pairs.mismatched} answers were of two versions`] : []));
  const isKept = wished === 'failing' || log.some(({ type }) => type === 'VersionPromoted');
  return [...broken, ...lost, ...mixed, ...(isKept ? [] : ['the version was not promoted'])];
};
