import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EventType } from '#libs/contracts';
import { campaign, goodRun, roundAt, roundOf } from './campaign.ts';
import { harmNamed } from './harms.ts';
import { Platform } from './platform.ts';
import { drawn, pointNamed, pointsOf } from './points.ts';
import { report } from './report.ts';
import type { Outcome, Round } from './round.ts';
import { lineOf, summaryOf } from './words.ts';

const USAGE = `npm run chaos -- --for 10m [--seed N]            versions and harms of all kinds, for so long
                 --points N [--seed N]           a service killed at each of N steps, drawn from the log of a good run
                 --point <service>:<step>        one of them
                 --harm NAME --step TYPE         one harm, begun when the log shows the step
                 --report                        writes the table in docs/reliability.md`;

const string = { type: 'string' } as const;
const { values } = parseArgs({
  options: { for: string, seed: string, points: string, point: string, harm: string, step: string, report: { type: 'boolean' } },
});

const seed = values.seed ?? execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const FOLDER = '.check/chaos';

const millisecondsOf = (text: string): number => {
  const [, number, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  if (!number) throw new Error(`read --for ${text}: write it as 90s, 10m or 2h`);
  return Number(number) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
};

function* roundsFor(milliseconds: number, steps: readonly EventType[]): Iterable<Round> {
  const end = performance.now() + milliseconds;
  for (let number = 1; performance.now() < end; number++) yield roundOf(seed, number, steps);
}

const rounds = async (platform: Platform, steps: readonly EventType[]): Promise<Iterable<Round>> => {
  if (values.for) return roundsFor(millisecondsOf(values.for), steps);
  if (values.harm) return [{ seed, harm: harmNamed(values.harm), step: (values.step ?? 'ContainersPlaced') as EventType, wish: 'good' }];
  const points = pointsOf(await platform.log());
  const chosen = values.point ? [pointNamed(points, values.point)] : drawn(points, Number(values.points), seed);
  return chosen.map((point) => roundAt(point, seed));
};

const tell = async (platform: Platform, outcome: Outcome): Promise<void> => {
  console.log(lineOf(outcome));
  if (outcome.faults.length === 0) return;
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${outcome.round.seed.replaceAll(/\W+/g, '-')}.ndjson`;
  writeFileSync(file, (await platform.log()).map((event) => `${JSON.stringify(event)}\n`).join(''));
  console.log(`          its log: ${file}`);
};

const run = async (): Promise<readonly Outcome[]> => {
  const platform = await Platform.up({ name: `c${process.pid}`, net: 43, say: (text) => console.log(`up: ${text}`) });
  const end = (): void => void platform.down().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  try {
    const steps = await goodRun(platform);
    console.log(`a good run has ${steps.length} steps: ${steps.join(' ')}\nseed ${seed}`);
    return await campaign(platform, await rounds(platform, steps), (outcome) => void tell(platform, outcome));
  } finally {
    await platform.down();
  }
};

if (!values.for && !values.points && !values.point && !values.harm) {
  console.error(USAGE);
  process.exit(2);
}
const outcomes = await run();
console.log(summaryOf(outcomes));
const command = `npm run chaos -- ${values.for ? `--for ${values.for}` : `--points ${outcomes.length}`} --seed ${seed}`;
if (values.report) report(values.for ? 'chaos' : 'points', command, outcomes);
process.exit(outcomes.some(({ faults }) => faults.length > 0) ? 1 : 0);
