import { type HostChange, streams } from '#libs/contracts';
import type { HostFacts } from '#libs/domain/stack';
import type { Decided } from '../decision.ts';

/**
 * What answers the oldest wish for a host; null while it must wait. A wish for what is so already is answered with the same fact again, so
 * that whoever asked sees it done.
 */
export const answerTo = (host: HostFacts, wish: HostChange, isEmpty: boolean): Decided | null => {
  const { host: id } = host;
  const stream = streams.hosts;
  switch (wish.kind) {
    case 'cordon':
      // A host that is drained or restarted gets no new containers anyway.
      return { stream, type: 'HostCordoned', data: { host: id, why: host.cordon?.why ?? 'cordon' } };
    case 'drain':
    case 'reboot':
      return { stream, type: 'HostCordoned', data: { host: id, why: wish.kind } };
    case 'uncordon':
      return { stream, type: 'HostUncordoned', data: { host: id, why: 'asked' } };
    case 'tag':
      return { stream, type: 'HostRetagged', data: { host: id, ...retagged(host, wish) } };
    case 'declare-lost':
      return { stream, type: 'HostLost', data: { host: id, silentMs: 0, by: 'operator' } };
    case 'remove':
      // Nobody waits for a lost host, and its containers were replaced where that can be.
      if (isEmpty || wish.force || host.life === 'lost') return { stream, type: 'HostRemoved', data: { host: id } };
      return host.cordon?.why === 'drain' ? null : { stream, type: 'HostCordoned', data: { host: id, why: 'drain' } };
  }
};

/** What a person gave is there whatever its agent says; what a person took is not. */
const retagged = ({ own }: HostFacts, { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] }) => ({
  added: sorted([...own.added.filter((tag) => !remove.includes(tag)), ...add]),
  removed: sorted([...own.removed.filter((tag) => !add.includes(tag)), ...remove]),
});

const sorted = (tags: readonly string[]): string[] => [...new Set(tags)].sort();
