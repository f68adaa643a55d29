import type { HostId, Service, StackName } from '#libs/contracts';
import { counts, type HostFacts, type StackState, type World } from '#libs/domain/stack';

/** The same rule as one would write it down: for each container a walk over all hosts, with what each holds at hand. */
export const placeNaively = (world: World, stack: StackName, version: number): readonly HostId[] => {
  const state = world.stacks.get(stack) as StackState;
  const [name, service] = Object.entries(state.versions[version]?.manifest.services ?? {})[0] as [string, Service];
  const hosts = world.hosts.values().map((facts) => candidateOf(world, facts));
  const byHost = new Map(hosts.map((candidate) => [candidate.host.host, candidate]));
  for (const container of state.containers.values()) {
    const candidate = byHost.get(container.host);
    if (!candidate || !counts(state, container)) continue;
    candidate.stack++;
    if (container.service === name) candidate.service++;
    if (container.service === name && container.version === version) candidate.version++;
  }
  return Array.from({ length: service.replicas }, () => take(hosts, service));
};

const candidateOf = ({ room }: World, host: HostFacts) => {
  const held = room.held.get(host.host);
  return {
    ...{ host, all: held?.staying ?? 0, stack: 0, service: 0, version: 0 },
    milliCpus: host.capacity.milliCpus - (held?.milliCpus ?? 0),
    memoryBytes: host.capacity.memoryBytes - (held?.memoryBytes ?? 0),
  };
};
type Candidate = ReturnType<typeof candidateOf>;

const take = (hosts: readonly Candidate[], service: Service): HostId => {
  const fitting = hosts.filter((candidate) => fits(candidate, service));
  const chosen = fitting.reduce((best, candidate) => (isBetter(candidate, best) ? candidate : best));
  chosen.all++;
  chosen.stack++;
  chosen.service++;
  chosen.version++;
  chosen.milliCpus -= service.resources.milliCpus ?? 0;
  chosen.memoryBytes -= service.resources.memoryBytes ?? 0;
  return chosen.host.host;
};

const fits = ({ host, milliCpus, memoryBytes }: Candidate, { tags, resources }: Service): boolean =>
  host.life === 'live' &&
  !host.isContested &&
  host.cordon === null &&
  tags.every((tag) => host.tags.includes(tag)) &&
  (resources.milliCpus ?? 0) <= milliCpus &&
  (resources.memoryBytes ?? 0) <= memoryBytes;

const isBetter = (one: Candidate, other: Candidate): boolean =>
  (one.version - other.version ||
    one.service - other.service ||
    one.stack - other.stack ||
    one.all - other.all ||
    (one.host.host < other.host.host ? -1 : 1)) < 0;
