import { type BerthEvent, type EventData, type HostId, type Instant, type StackName, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import { containersOf, type World } from '../stack/index.ts';
import { Fork } from './fork.ts';
import { playOn } from './play.ts';

/** What shall be tried. */
export interface WhatIf {
  readonly deploy: EventData<'DeployRequested'> | null;
  readonly scale: readonly EventData<'ScaleRequested'>[];
  /** Hosts that are lost. */
  readonly without: readonly HostId[];
  readonly tags: readonly { readonly host: HostId; readonly add: readonly string[]; readonly remove: readonly string[] }[];
}

export interface WhatThen {
  /** When nothing is due any more. */
  readonly world: World;
  /** Everything that happened on the way. */
  readonly told: readonly BerthEvent[];
  /** Those on which it was played. */
  readonly stacks: readonly StackName[];
  /** False: it is so much that it was not played to its end. */
  readonly isWhole: boolean;
}

/** What would become of the world, decided by the functions that decide in earnest, on hosts that do all they shall. Pure. */
export const whatThen = (world: World, whatIf: WhatIf, now: Instant): WhatThen => {
  const fork = new Fork(world, now);
  fork.tell(retagged(world, whatIf));
  fork.tell(
    whatIf.without.map((host): Decided => ({ stream: streams.hosts, type: 'HostLost', data: { host, silentMs: 0, by: 'operator' } })),
  );
  fork.tell(whatIf.scale.map((data): Decided => ({ stream: streams.requests(data.stack), type: 'ScaleRequested', data })));
  if (whatIf.deploy) fork.tell([{ stream: streams.requests(whatIf.deploy.stack), type: 'DeployRequested', data: whatIf.deploy }]);
  const stacks = concerned(world, whatIf);
  const isWhole = playOn(fork, stacks);
  return { world: fork.world, told: fork.told, stacks, isWhole };
};

const retagged = ({ hosts }: World, { tags }: WhatIf): readonly Decided[] =>
  tags.map(({ host, add, remove }) => {
    const { added = [], removed = [] } = hosts.get(host)?.own ?? {};
    const data = {
      host,
      added: [...new Set([...added, ...add])].filter((tag) => !remove.includes(tag)),
      removed: [...new Set([...removed, ...remove])].filter((tag) => !add.includes(tag)),
    };
    return { stream: streams.hosts, type: 'HostRetagged', data };
  });

/** Stacks that were named, and those with containers on a lost host; another tag may concern each. */
const concerned = ({ stacks }: World, { deploy, scale, without, tags }: WhatIf): readonly StackName[] => {
  const lost = new Set(without);
  const all = stacks.values().filter((state) => tags.length > 0 || containersOf(state).some(({ host }) => lost.has(host)));
  const named = [...(deploy ? [deploy.stack] : []), ...scale.map(({ stack }) => stack)];
  return [...new Set([...named, ...all.map(({ stack }) => stack)])].sort();
};
