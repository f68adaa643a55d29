import type { World } from '../stack/index.ts';

/** What a person must know of the fleet, in words: for whoever looks after the scheduler. */
export const alarmsOf = ({ hosts, silentSince }: Pick<World, 'hosts' | 'silentSince'>): readonly string[] => {
  const inLife = (life: 'suspected' | 'lost'): readonly string[] =>
    hosts
      .values()
      .filter((host) => host.life === life)
      .map(({ host }) => host);
  const [lost, suspected] = [inLife('lost'), inLife('suspected')];
  return [
    ...(silentSince === null
      ? []
      : [
          `too many hosts are silent at once, so nothing is replaced: ${suspected.join(', ')}; berth hosts declare-lost HOST says that one is dead`,
        ]),
    ...(lost.length === 0 ? [] : [`lost: ${lost.join(', ')}; berth hosts rm HOST forgets one that is gone for good`]),
  ];
};
