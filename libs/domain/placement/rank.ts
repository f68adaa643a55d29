import type { HostId, Service, Weighed } from '#libs/contracts';

/** A host that would take the next container of a service, as the rule looks at it. */
export interface Candidate {
  readonly host: HostId;
  readonly isFailing: boolean;
  /** Its value of the tag that is spread over; empty where it has none, or nothing is spread. */
  readonly value: string;
  /** Staying containers: of the service in its version, in all versions, of the stack, and at all. */
  version: number;
  service: number;
  stack: number;
  all: number;
  milliCpus: number;
  memoryBytes: number;
}

export type Count = 'version' | 'service' | 'stack' | 'all';

/** By what hosts are told apart, in this order; what is equal in all of it, by id. */
export const countsOf = ({ strategy }: Service): readonly Count[] => (strategy === 'EMPTIEST_NODE' ? BY_EMPTINESS : BY_SPREAD);

const BY_SPREAD = ['version', 'service', 'stack', 'all'] as const;
const BY_EMPTINESS = ['all', 'version', 'service', 'stack'] as const;

type Order = (one: Candidate, other: Candidate) => number;

/** Who is taken first. A host on which the service fails again and again comes last. */
export const orderOf = (service: Service): Order => (service.strategy === 'EMPTIEST_NODE' ? byEmptiness : bySpread);

const bySpread: Order = (one, other) =>
  Number(one.isFailing) - Number(other.isFailing) ||
  one.version - other.version ||
  one.service - other.service ||
  one.stack - other.stack ||
  one.all - other.all ||
  byId(one, other);

const byEmptiness: Order = (one, other) => Number(one.isFailing) - Number(other.isFailing) || one.all - other.all || bySpread(one, other);

const byId: Order = (one, other) => (one.host === other.host ? 0 : one.host < other.host ? -1 : 1);

/** `count`: of the service in its version, among the hosts with its value; null where nothing is spread over. */
export const weighedOf = (known: Candidate, count: number | null): Weighed => ({
  host: known.host,
  ...(known.isFailing ? { isFailing: true as const } : {}),
  ...(count === null ? {} : { spread: { value: known.value, count } }),
  version: known.version,
  service: known.service,
  stack: known.stack,
  all: known.all,
});
