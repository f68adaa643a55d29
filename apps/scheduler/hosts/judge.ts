import type { HostId, HostReport, StackName } from '#libs/contracts';
import { type Fact, record } from '#libs/domain/host';
import { imagesNamedIn, type World } from '#libs/domain/stack';

/** A level that said nothing new, and all that this was judged by. */
interface Quiet extends Pick<HostReport, 'containers' | 'parts' | 'images'> {
  readonly host: ReturnType<World['hosts']['get']>;
  readonly past: World['past'];
  /** Of the images, those that versions name; null where the host told none. */
  readonly named: ReadonlySet<string> | null;
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

const quietOf = ({ host, containers, parts, images }: HostReport, world: World): Quiet => {
  const { hosts, past, stacks } = world;
  const about = new Set([...containers, ...parts].map(({ stack }) => stack));
  const known = { host: hosts.get(host), stacks: new Map([...about].map((stack) => [stack, stacks.get(stack)])) };
  return { ...known, containers, parts, images, past, named: images ? imagesNamedIn(world) : null };
};

const isStill = (known: Quiet, { host, containers, parts, images }: HostReport, world: World): boolean =>
  known.containers === containers &&
  known.parts === parts &&
  known.images === images &&
  known.past === world.past &&
  known.host === world.hosts.get(host) &&
  [...known.stacks].every(([stack, state]) => world.stacks.get(stack) === state) &&
  (known.named === null || isAlike(known.named, imagesNamedIn(world)));

const isAlike = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one === other || (one.size === other.size && [...one].every((id) => other.has(id)));
