import { containerIdOf, type Placement } from '#libs/contracts';
import { type Candidate, obstacle, take } from './candidates.ts';
import type { Crowd } from './crowd.ts';
import type { OpenSlot, Wish } from './slots.ts';

/** Gives a slot of the service a host and takes the room from the candidates; null when none will do. */
export const choosePlacement = (candidates: readonly Candidate[], crowd: Crowd, wish: Wish, open: OpenSlot): Placement | null => {
  const fitting = candidates.filter((candidate) => isMeant(candidate, open) && obstacle(candidate, wish.service) === null);
  const [chosen] = [...fitting].sort((a, b) => orderOf(crowd, wish)(a, b));
  if (!chosen) return null;
  const reason = reasonOf({ chosen, fitting, of: candidates.length, wish, crowd });
  const { milliCpus, memoryBytes } = wish.service.resources;
  take(chosen, { milliCpus: milliCpus ?? 0, memoryBytes: memoryBytes ?? 0 });
  crowd.more(chosen.host.host);
  const { stack, deployment, name: service } = wish;
  const { slot, replacement, replaces } = open;
  const container = containerIdOf({ stack, service, slot, deployment, replacement });
  return { container, slot, host: chosen.host.host, reason, ...(replaces === null ? {} : { replaces }) };
};

const isMeant = ({ host }: Candidate, { to }: OpenSlot): boolean => to === null || host.host === to;

const orderOf =
  (crowd: Crowd, { service }: Wish) =>
  (a: Candidate, b: Candidate): number => {
    const emptier = crowd.of(a.host.host).all - crowd.of(b.host.host).all;
    return (service.strategy === 'EMPTIEST_NODE' ? emptier : 0) || crowd.compare(a.host.host, b.host.host);
  };

interface Choice {
  readonly chosen: Candidate;
  readonly fitting: readonly Candidate[];
  readonly of: number;
  readonly wish: Wish;
  readonly crowd: Crowd;
}

/** Names each rule that was needed until one host was left. */
const reasonOf = ({ chosen, fitting, of, wish, crowd }: Choice): string => {
  const tags = wish.service.tags.length > 0 ? `tags ${wish.service.tags.join(', ')}` : 'no tags asked for';
  const words = [tags, `${fitting.length} of ${of} ${of === 1 ? 'host fits' : 'hosts fit'}`];
  let left = fitting;
  for (const [index, { key, says }] of rulesOf(wish).entries()) {
    if (left.length === 1) return words.join('; ');
    const count = crowd.of(chosen.host.host)[key];
    const fewer = left.filter((candidate) => crowd.of(candidate.host.host)[key] === count);
    if (index === 0 || fewer.length < left.length) words.push(`${index === 0 ? '' : 'then '}fewest containers${says} (${count})`);
    left = fewer;
  }
  if (left.length > 1) words.push('then first by id');
  return words.join('; ');
};

const rulesOf = ({ name, version, stack, service }: Wish) => {
  const spread = [
    { key: 'version', says: ` of ${name} v${version}` },
    { key: 'service', says: ` of ${name}` },
    { key: 'stack', says: ` of ${stack}` },
    { key: 'all', says: '' },
  ] as const;
  return service.strategy === 'EMPTIEST_NODE' ? [spread[3], ...spread.slice(0, 3)] : spread;
};
