import { createHash } from 'node:crypto';
import type { ContainersPart, Generation, HostId, StackName } from '#libs/contracts';
import { holdingOf, partOf } from '#libs/domain/host';
import { type ContainerState, containersOf, type StackState } from '#libs/domain/stack';

interface Part {
  /** Of the containers' text. */
  readonly hash: string;
  readonly generation: Generation;
}

/** A stack as its parts were made from it last. */
interface Look {
  readonly state: StackState;
  readonly byHost: ReadonlyMap<HostId, readonly ContainerState[]>;
}

const NONE: readonly ContainerState[] = [];

/** What each host was told last of each stack: not the words, which for a large fleet would fill the memory, but enough to know them again. */
export class Told {
  readonly #byHost = new Map<HostId, Map<StackName, Part>>();
  readonly #looks = new Map<StackName, Look>();

  /** The parts of the stack that say something else than their hosts were told. They count as told from now on. */
  news(state: StackState): readonly { readonly host: HostId; readonly part: ContainersPart }[] {
    const before = this.#looks.get(state.stack);
    if (before?.state.desired === state.desired && isOneWork(before.state, state)) return [];
    const byHost = Map.groupBy(containersOf(state), ({ host }) => host);
    this.#looks.set(state.stack, { state, byHost });
    return [...new Set([...(before?.byHost.keys() ?? []), ...byHost.keys()])]
      .filter((host) => !before || !isTheSame(before, { state, byHost }, host))
      .map((host) => ({ host, part: partOf(state, byHost.get(host) ?? NONE) }))
      .filter(({ host, part }) => this.note(host, part));
  }

  /** True when the part says something else than the host was told. */
  note(host: HostId, { stack, generation, containers }: ContainersPart): boolean {
    const parts = this.#byHost.get(host) ?? new Map<StackName, Part>();
    this.#byHost.set(host, parts);
    const known = parts.get(stack);
    if (containers.length === 0) return parts.delete(stack);
    const hash = createHash('sha256').update(JSON.stringify(containers)).digest('base64');
    if (known?.hash === hash) return false;
    parts.set(stack, { hash, generation });
    return true;
  }

  /** What the host has if nothing was lost. */
  holding(host: HostId): string {
    return holdingOf([...(this.#byHost.get(host) ?? [])].map(([stack, { generation }]) => ({ stack, generation })));
  }

  /** Stacks of which something was placed there, as far as they were looked at. */
  stacksOf(host: HostId): readonly StackName[] {
    return [...this.#looks].filter(([, { byHost }]) => byHost.has(host)).map(([stack]) => stack);
  }

  /** It was not told after all. */
  forget(host: HostId): void {
    this.#byHost.delete(host);
  }
}

/** What a part is made of besides containers. */
const isOneWork = (a: StackState, b: StackState): boolean => a.versions === b.versions && a.deployments === b.deployments;

/** Each of the host's containers is as it was, and none may wait for one elsewhere. */
const isTheSame = (before: Look, now: Look, host: HostId): boolean => {
  const [was, is] = [before.byHost.get(host) ?? NONE, now.byHost.get(host) ?? NONE];
  const isAlike = was.length === is.length && was.every((container, nth) => container === is[nth]);
  return isAlike && isOneWork(before.state, now.state) && is.every((container) => !mayWait(now.state, container));
};

const mayWait = ({ versions }: StackState, { status, version, service }: ContainerState): boolean =>
  status === 'placed' && versions[version]?.manifest.services[service]?.dependsOn.length !== 0;
