import { containerIdOf, type DeploymentId, type Placement, type Service, type ServiceName, type StackName } from '#libs/contracts';
import { type Candidate, countOf, obstacle, take } from './candidates.ts';
import { groupOf } from './claims.ts';

export interface Wish {
  readonly stack: StackName;
  readonly deployment: DeploymentId;
  readonly version: number;
  readonly name: ServiceName;
  readonly service: Service;
}

/** Gives every slot of the service a host and takes the room from the candidates; null when one slot finds none. */
export const choosePlacements = (candidates: readonly Candidate[], wish: Wish): Placement[] | null => {
  const placements: Placement[] = [];
  for (let slot = 1; slot <= wish.service.replicas; slot++) {
    const placement = chooseSlot(candidates, wish, slot);
    if (placement === null) return null;
    placements.push(placement);
  }
  return placements;
};

const chooseSlot = (candidates: readonly Candidate[], wish: Wish, slot: number): Placement | null => {
  const group = groupOf(wish.stack, wish.name, wish.version);
  const fitting = candidates.filter((candidate) => obstacle(candidate, wish.service) === null);
  const [chosen] = [...fitting].sort(
    (a, b) => countOf(a, group) - countOf(b, group) || a.containers - b.containers || (a.host.host < b.host.host ? -1 : 1),
  );
  if (!chosen) return null;
  const reason = reasonOf({ chosen, fitting, of: candidates.length, wish, group });
  const { milliCpus, memoryBytes } = wish.service.resources;
  take(chosen, { group, milliCpus: milliCpus ?? 0, memoryBytes: memoryBytes ?? 0, isEnding: false });
  const { stack, deployment, name: service } = wish;
  return { container: containerIdOf({ stack, service, slot, deployment, replacement: 1 }), slot, host: chosen.host.host, reason };
};

interface Choice {
  readonly chosen: Candidate;
  readonly fitting: readonly Candidate[];
  readonly of: number;
  readonly wish: Wish;
  readonly group: string;
}

/** Names each rule that was needed until one host was left. */
const reasonOf = ({ chosen, fitting, of, wish, group }: Choice): string => {
  const count = countOf(chosen, group);
  const tags = wish.service.tags.length > 0 ? `tags ${wish.service.tags.join(', ')}` : 'no tags asked for';
  const words = [tags, `${fitting.length} of ${of} ${of === 1 ? 'host fits' : 'hosts fit'}`];
  if (fitting.length === 1) return words.join('; ');
  words.push(`fewest containers of ${wish.name} v${wish.version} (${count})`);
  const equal = fitting.filter((candidate) => countOf(candidate, group) === count);
  if (equal.length === 1) return words.join('; ');
  words.push(`then fewest containers (${chosen.containers})`);
  if (equal.filter((candidate) => candidate.containers === chosen.containers).length > 1) words.push('then first by id');
  return words.join('; ');
};
