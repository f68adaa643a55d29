import type { BerthEvent, HostId, StackName } from '#libs/contracts';
import { checkInvariants } from '#libs/testing/invariants';
import { Nemesis } from '../harm/nemesis.ts';
import type { Accuse } from '../judge/accuse.ts';
import { judgeAddresses } from '../judge/addresses.ts';
import { Deadlines } from '../judge/deadlines.ts';
import { differences } from '../judge/differences.ts';
import { Facts } from '../judge/facts.ts';
import { LogWatch } from '../judge/log-watch.ts';
import { Losses } from '../judge/losses.ts';
import { judgeWishes, Reports } from '../judge/promises.ts';
import { Promotions } from '../judge/promotions.ts';
import { judgeRest } from '../judge/rest.ts';
import { askForStrangeNames } from '../judge/strange-names.ts';
import { Traffic } from '../judge/traffic.ts';
import { Withdrawals } from '../judge/withdrawals.ts';
import { OPERATIONS } from '../plan/operations.ts';
import { type Plan, planOf } from '../plan/plan.ts';
import { Chance } from '../world/chance.ts';
import { build, type World } from './build.ts';
import { Removals } from './removals.ts';

export interface Outcome {
  readonly seed: number;
  /** Each begins with the claim that was broken: an invariant, or `end` where the world did not come to rest. */
  readonly violations: readonly string[];
  readonly hash: string;
  readonly marks: readonly string[];
  readonly lines: readonly string[];
  readonly plan: Plan;
}

const STACKS = ['shop', 'blog', 'wiki'] as StackName[];
/** Everything must have come to rest so long after the last harm. */
const REST_MS = 900_000;
const LOOK_MS = 2500;

interface Wish {
  /** Ids of the plan that are left out. */
  readonly without?: ReadonlySet<string>;
  /** With the lines of its trace. */
  readonly keeps?: boolean;
}

/** Lives one world: the same seed gives the same life. */
export const simulate = async (seed: number, { without = new Set(), keeps = false }: Wish = {}): Promise<Outcome> => {
  const plan = planOf(seed, without);
  const world = build(plan, keeps);
  const { loop, trace } = world;
  const violations = new Set<string>();
  const accuse: Accuse = (claim, message) => {
    violations.add(`${claim}: ${message} (at ${(loop.now / 1000).toFixed(1)} s)`);
    trace.say('checker', `${claim}: ${message}`);
  };
  try {
    await live(plan, world, accuse, () => violations.size > 0);
  } catch (cause) {
    accuse('crash', String(cause));
  }
  return { seed, plan, violations: [...violations], marks: [...trace.marks], lines: trace.lines, hash: trace.digest() };
};

const live = async (plan: Plan, world: World, accuse: Accuse, isOver: () => boolean): Promise<void> => {
  const { loop, trace, control, hosts, operator } = world;
  const nemesis = new Nemesis(world, plan);
  const promoted = new Set<string>();
  const reports = new Reports(accuse);
  const deadlines = new Deadlines(loop, control, accuse);
  const losses = new Losses(loop, control, accuse);
  const promotions = new Promotions(accuse);
  const facts = new Facts(hosts, accuse);
  const withdrawals = new Withdrawals(accuse);
  const removals = new Removals(plan, world);
  const watch: LogWatch = new LogWatch(control, trace, (event) => {
    facts.take(event, watch.world);
    promotions.take(event, watch.world);
    losses.take(event, watch.world);
    withdrawals.take(event, watch.world, hosts);
    removals.take(event);
    reports.take(event);
    deadlines.take(event);
    if (event.type === 'VersionPromoted') promoted.add(`${event.data.stack}@${event.data.version}`);
  });
  judgeAddresses(hosts, () => watch.world, accuse);
  control.office.onArrived = (to, message) => losses.arrived(to, message);
  control.office.onSent = (message) => reports.sent(message);
  control.server.onStale = (words) => accuse('fence', words);
  control.onLost = (kept) => {
    watch.goBack(kept);
    reports.forget();
    facts.forget();
  };
  const wasPromoted = (stack: string, version: number): boolean => promoted.has(`${stack}@${version}`);
  const calmSince = (): number => nemesis.calmSince;
  const traffic = new Traffic({
    ...{ loop, hosts, trace, accuse, calmSince, wasPromoted },
    chance: new Chance(plan.seed, 'traffic'),
    world: () => watch.world,
  });
  traffic.start();
  const stacks = STACKS.slice(0, plan.stacks);
  askForStrangeNames({
    ...{ loop, hosts, stacks, trace, accuse, wasPromoted, world: () => watch.world },
    chance: new Chance(plan.seed, 'strange names'),
  });
  for (const { id, kind, at } of plan.operations)
    loop.after(at, () => {
      trace.say('operator', `${kind} (${id})`);
      trace.sometimes(`operation: ${kind}`);
      const chance = new Chance(plan.seed, id);
      void OPERATIONS[kind].act({ operator, chance, stacks, hosts: namesOf(plan), world: async () => watch.world });
    });

  await loop.runUntil(plan.healsAt, isOver);
  nemesis.heal();
  removals.bury(() => watch.world);
  await comeToRest(world, { until: plan.healsAt + REST_MS, isWaiting: () => removals.isWaiting, watch, accuse, isOver });
  const position = async (): Promise<number> => (await watch.all()).findLast(({ type }) => type !== 'ReportsRefused')?.position ?? 0;
  if (!isOver()) await judgeRest({ loop, hosts, position, accuse });
  const log = await watch.all();
  traffic.judge(log);
  judgeLog(log, world, accuse);
};

/** All that the world was drawn with. */
const namesOf = ({ drawnHosts }: Plan): readonly HostId[] => Array.from({ length: drawnHosts }, (_, index) => `h${index + 1}` as HostId);

interface Coming {
  readonly until: number;
  /** Somebody has not said yet what he will. */
  readonly isWaiting: () => boolean;
  readonly watch: LogWatch;
  readonly accuse: Accuse;
  readonly isOver: () => boolean;
}

const comeToRest = async ({ loop, control, hosts }: World, { until, isWaiting, watch, accuse, isOver }: Coming): Promise<void> => {
  const calls = (): number => hosts.reduce((sum, { engine }) => sum + engine.mutations, 0);
  for (;;) {
    const before = calls();
    await loop.runUntil(loop.now + LOOK_MS, isOver);
    if (isOver()) return;
    // Strangers that the log knows once more go as soon as they are told to.
    if (isWaiting() || (control.hasLostEvents && calls() !== before)) continue;
    const left = [...differences(watch.world, { hosts, mayHaveStrangers: control.hasLostEvents })];
    if (left.length === 0) return;
    if (loop.now >= until) for (const difference of left) accuse('end', difference);
  }
};

const judgeLog = (log: readonly BerthEvent[], { control, operator, hosts }: World, accuse: Accuse): void => {
  // Until somebody notes that the log lost its end, hosts may tell of what was in it.
  // Which addresses rest, only that file knew: what hosts lead to is judged as an address is given, what they told is not.
  const mayReuse = hosts.some(({ disk }) => disk.hasLostLeases);
  for (const { invariant, message, position } of checkInvariants(log))
    if (!(invariant === 'I13' && mayReuse) && !(invariant === 'I10' && control.hasLostEvents))
      accuse(invariant, `${message} (position ${position})`);
  const deployments = new Set(log.flatMap((event) => (event.type === 'DeployRequested' ? [event.data.deployment] : [])));
  if (control.hasLostEvents) operator.forget((deployment) => deployments.has(deployment));
  judgeWishes(operator, log, accuse);
  const present = new Set(log.map(({ position }) => position));
  for (const position of control.server.acknowledged)
    if (!present.has(position)) accuse('I8', `position ${position} was acknowledged and is not in the log`);
};
