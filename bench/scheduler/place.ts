import { deepStrictEqual } from 'node:assert';
import type { Decided } from '#libs/domain';
import { placementDue } from '#libs/domain/placement';
import type { Lab } from '../lab.ts';
import type { Figure, Reading } from '../line.ts';
import { ASKED, fleetOf, type Teller } from './core/fleet.ts';
import { placeNaively } from './core/naive.ts';

const HOSTS = [100, 1000, 10_000] as const;
const REPLICAS = [3, 100, 1000] as const;
const KINDS = ['cold', 'warm'] as const;
type Kind = (typeof KINDS)[number];

/** Of each service and fleet in a round. */
const PLACEMENTS = { quick: 6000, full: 30_000 };

/**
 * What the processor needs for one placement: the whole decision of the scheduler for the newest deployment of a stack, with the reasons
 * that it writes, from a folded world to the event. Cold: the stack has nothing yet. Warm: its version before runs. The fold of the
 * decision is a figure of its own.
 */
export const bench = async (lab: Lab): Promise<void> => {
  const fleets = new Map(HOSTS.map((hosts) => [hosts, fleetOf(hosts, lab.isQuick ? 10 : 100)]));
  const largest = fleets.get(10_000) as Teller;
  const placements = lab.isQuick ? PLACEMENTS.quick : PLACEMENTS.full;
  const cases = HOSTS.flatMap((hosts) => REPLICAS.flatMap((replicas) => KINDS.map((kind) => ({ hosts, replicas, kind }))));
  const round = (count: number): Reading => {
    const all = cases.map(
      ({ hosts, replicas, kind }) =>
        [`${kind}_${replicas}_on_${hosts}`, place(fleets.get(hosts) as Teller, kind, replicas, count)] as const,
    );
    const micros = new Map<string, number>(all.map(([name, { micros }]) => [name, micros]));
    const flat = REPLICAS.flatMap((replicas) =>
      KINDS.map((kind) => {
        const of = (hosts: number): number => micros.get(`${kind}_${replicas}_on_${hosts}`) ?? Number.NaN;
        return [`${kind}_${replicas}_10000_vs_100`, of(10_000) / of(100)];
      }),
    );
    const folds = all.filter(([name]) => name.endsWith('_on_10000')).map(([name, { fold }]) => [`fold_${name}`, fold]);
    return Object.fromEntries([...all.map(([name, { micros }]) => [name, 1e6 / micros]), ...flat, ...folds]);
  };
  round(placements);
  await lab.measure({ ours: async () => round(placements), figures: figuresOf(Object.keys(round(100))) });
  for (const [kind, replicas] of [
    ['cold', 3],
    ['warm', 1000],
  ] as const)
    await lab.measure({
      ours: async () => ({ micros: place(largest, kind, replicas, placements).micros }),
      peers: { 'a naive scan': async () => ({ micros: scan(largest, kind, replicas) }) },
      figures: [{ id: `${kind}_${replicas}_vs_naive`, of: 'micros', unit: 'us/placement', better: 'lower', peer: 'a naive scan' }],
    });
};

const figuresOf = (names: readonly string[]): Figure[] =>
  names.map((id): Figure => {
    if (id.startsWith('fold_')) return { id, of: id, unit: 'us/placement', better: 'lower' };
    if (id.endsWith('_vs_100')) return { id, of: id, unit: 'times the CPU', better: 'lower' };
    return { id, of: id, unit: 'placements/s of CPU', better: 'higher' };
  });

/** Microseconds of the processor a placement, and of the fold of what was decided. The fleet is as before afterwards. */
const place = (teller: Teller, kind: Kind, replicas: number, count: number): { readonly micros: number; readonly fold: number } => {
  const [before, times] = [teller.world, Math.max(2, Math.ceil(count / replicas))];
  if (kind === 'warm') serve(teller, replicas);
  const ready = teller.world;
  let [decided, folded] = [0, 0];
  for (let time = 0; time < times; time++) {
    teller.world = ready;
    const { stack } = teller.deploy(kind === 'warm' ? 'bench' : `bench-${time}`, kind === 'warm' ? 2 : 1, replicas, ASKED);
    const { world } = teller;
    let events: readonly Decided[] = [];
    decided += microsOf(() => {
      events = placementDue(world, stack, 0)[0]?.events ?? [];
    });
    demand(events, replicas);
    folded += microsOf(() => teller.take(events));
  }
  teller.world = before;
  return { micros: decided / (times * replicas), fold: folded / (times * replicas) };
};

const scan = (teller: Teller, kind: Kind, replicas: number): number => {
  const before = teller.world;
  if (kind === 'warm') serve(teller, replicas);
  const { stack, version } = teller.deploy('bench', kind === 'warm' ? 2 : 1, replicas, ASKED);
  const { world } = teller;
  let hosts: readonly string[] = [];
  const micros = microsOf(() => {
    hosts = placeNaively(world, stack, version);
  });
  const ours = placementDue(world, stack, 0)[0]?.events[0];
  deepStrictEqual(ours?.type === 'ContainersPlaced' && ours.data.placements.map(({ host }) => host), hosts);
  teller.world = before;
  return micros / replicas;
};

/** Its first version has its containers. */
const serve = (teller: Teller, replicas: number): void => {
  const first = teller.deploy('bench', 1, replicas, ASKED);
  teller.take(placementDue(teller.world, first.stack, 0)[0]?.events ?? []);
  teller.promote(first);
};

const demand = ([event]: readonly Decided[], replicas: number): void => {
  if (event?.type !== 'ContainersPlaced' || event.data.placements.length !== replicas)
    throw new Error(`place ${replicas} containers: decided ${event?.type}`);
};

const microsOf = (work: () => void): number => {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return user + system;
};
