import type { Mail } from '#libs/bus';
import type { DoorsPart, DoorsState, HostId, StackName } from '#libs/contracts';
import { doorsPart } from '#libs/domain/routing';
import { liveProxies, stackOf, type World } from '#libs/domain/stack';

/** Tells proxies what to prepare and serve: what changed to all of them, everything to one that asks. */
export class DoorsMailer {
  readonly #mail: Mail;
  /** The part of each stack that was told last. */
  readonly #told = new Map<StackName, string>();

  constructor(mail: Mail) {
    this.#mail = mail;
  }

  tellOfChanges(world: World, stacks: readonly StackName[]): void {
    const parts = partsOf(world, stacks).filter((part) => this.#isNews(part));
    if (parts.length === 0) return;
    for (const { host } of liveProxies(world)) this.#mail.send(`host/${host}`, state(world, host, parts, false));
  }

  answer(world: World, host: HostId): void {
    this.#mail.send(`host/${host}`, state(world, host, partsOf(world, world.stacks.keys()), true));
  }

  #isNews(part: DoorsPart): boolean {
    const text = JSON.stringify(part);
    if (this.#told.get(part.stack) === text) return false;
    this.#told.set(part.stack, text);
    return true;
  }
}

const partsOf = (world: World, stacks: readonly StackName[]): readonly DoorsPart[] =>
  [...stacks].sort().map((stack) => doorsPart(stackOf(world, stack)));

const state = ({ incarnation, position }: World, host: HostId, parts: readonly DoorsPart[], full: boolean): DoorsState => ({
  type: 'HostState',
  host,
  kind: 'doors',
  asOf: { incarnation, position },
  full,
  parts,
});
