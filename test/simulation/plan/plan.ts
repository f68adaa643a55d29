import type { HostId } from '#libs/contracts';
import { HARMS, type HarmKind } from '../harm/harms.ts';
import { Chance } from '../world/chance.ts';
import { OPERATIONS, type OperationKind } from './operations.ts';
import { GROUP, TAGS } from './tags.ts';

/** What happens at some time. Its id names it for `--without`, and its chance: without the others it is still the same. */
interface Planned<Kind> {
  readonly id: string;
  readonly kind: Kind;
  /** Virtual milliseconds. */
  readonly at: number;
}

export interface HostPlan {
  readonly id: string;
  readonly host: HostId;
  readonly number: number;
  readonly joinsAt: number;
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly memoryBytes: number;
}

export interface Plan {
  readonly seed: number;
  /** Of each service. */
  readonly replicas: number;
  readonly stacks: number;
  /** Before any was left out: a fault is still of the host that it was drawn for. */
  readonly drawnHosts: number;
  readonly hosts: readonly HostPlan[];
  readonly operations: readonly Planned<OperationKind>[];
  readonly faults: readonly (Planned<HarmKind> & { readonly lasts: number })[];
  /** From here on nothing is harmed any more. */
  readonly healsAt: number;
}

const MEMORY = 2 ** 31;

/** Draws a world: small, with its own few kinds of harm and of work (swarm testing). `without`: ids that are left out; nothing else shifts. */
export const planOf = (seed: number, without: ReadonlySet<string> = new Set()): Plan => {
  const shape = new Chance(seed, 'shape');
  const isIn = ({ id }: { readonly id: string }): boolean => !without.has(id);
  const replicas = shape.between(1, 2);
  const isTagged = shape.happens(0.3);
  const isLate = shape.happens(0.3);
  const hosts = Array.from({ length: shape.between(1, 4) }, (_, index): HostPlan => {
    const number = index + 1;
    return {
      ...{ id: `host-${number}`, host: `h${number}` as HostId, number },
      joinsAt: isLate && index > 0 ? shape.between(0, 30_000) : 0,
      tags: TAGS.filter(() => shape.happens(isTagged ? 0.5 : 0)),
      group: isTagged && shape.happens(0.5) ? GROUP : null,
      memoryBytes: shape.pick([MEMORY, 4 * MEMORY]),
    };
  });
  const healsAt = shape.pick([40_000, 60_000, 90_000]);
  return {
    ...{
      seed,
      drawnHosts: hosts.length,
      hosts: hosts.filter(isIn),
      stacks: shape.between(1, 3),
      replicas: without.has('replica-2') ? 1 : replicas,
      healsAt,
    },
    operations: operationsOf(new Chance(seed, 'operations'), healsAt).filter(isIn),
    faults: faultsOf(new Chance(seed, 'faults'), healsAt).filter(isIn),
  };
};

/** What a plan could go without. */
export const partsOf = ({ faults, operations, hosts, replicas }: Plan): readonly string[] =>
  [...faults, ...operations, ...hosts.slice(1)].map(({ id }) => id).concat(replicas > 1 ? ['replica-2'] : []);

const operationsOf = (chance: Chance, healsAt: number): Plan['operations'] => {
  const kinds = Object.keys(OPERATIONS) as OperationKind[];
  const own = kinds.filter((kind) => OPERATIONS[kind].share === 1 || chance.happens(OPERATIONS[kind].share));
  const count = chance.happens(0.05) ? chance.between(11, 14) : chance.between(2, 8);
  return Array.from({ length: count }, (_, index) => {
    const kind = index === 0 ? 'deploy' : chance.pick(own);
    return { id: `operation-${index + 1}`, kind, at: chance.between(500, healsAt - 15_000) };
  });
};

const faultsOf = (chance: Chance, healsAt: number): Plan['faults'] => {
  const share = chance.pick([0, 0.1, 0.2, 0.4]);
  const kinds = (Object.keys(HARMS) as HarmKind[]).filter(() => chance.happens(share));
  const faults: { id: string; kind: HarmKind; at: number; lasts: number }[] = [];
  if (kinds.length === 0) return faults;
  for (let at = chance.between(500, 15_000); at < healsAt; at += chance.between(500, 15_000))
    faults.push({ id: `fault-${faults.length + 1}`, kind: chance.pick(kinds), at, lasts: lastsOf(chance) });
  return faults;
};

/** Most are over before a silence is a loss; some are not. */
const lastsOf = (chance: Chance): number => (chance.happens(0.8) ? chance.between(200, 20_000) : chance.between(20_000, 70_000));
