import type { HostId, HostReport, StackName } from '#libs/contracts';
import { type Fact, record } from '#libs/domain/host';
import type { World } from '#libs/domain/stack';

/** A level that said nothing new, and all that this was judged by. */
interface Quiet extends Pick<HostReport, 'containers' | 'parts'> {
  readonly host: ReturnType<World['hosts']['get']>;
  readonly past: World['past'];
  readonly stacks: ReadonlyMap<StackName, ReturnType<World['stacks']['get']>>;
}

/**
 * Says what is new in the levels of hosts. Most that hosts say is a sign of life: where neither the level nor anything that the log says of it
 * changed since it said nothing new, it still does not, and is not gone through again.
 */
export class Judge {
  readonly #quiet = new Map<HostId, Quiet>();

  facts(level: HostReport, world: World): readonly Fact[] {
    const known = this.#quiet.get(level.host);
    if (known && isStill(known, level, world)) return [];
    const facts = record(level, world);
    if (facts.length === 0) this.#quiet.set(level.host, quietOf(level, world));
    else this.#quiet.delete(level.host);
    return facts;
  }
}

const quietOf = ({ host, containers, parts }: HostReport, { hosts, past, stacks }: World): Quiet => {
  const named = new Set([...containers, ...parts].map(({ stack }) => stack));
  return { containers, parts, past, host: hosts.get(host), stacks: new Map([...named].map((stack) => [stack, stacks.get(stack)])) };
};

const isStill = (known: Quiet, { host, containers, parts }: HostReport, { hosts, past, stacks }: World): boolean =>
  known.containers === containers &&
  known.parts === parts &&
  known.past === past &&
  known.host === hosts.get(host) &&
  [...known.stacks].every(([stack, state]) => stacks.get(stack) === state);
