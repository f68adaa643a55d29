import type { Mail } from '#libs/bus';
import { compareGenerations, type Generation, type HostId, type NamesPart, type NamesState, type StackName } from '#libs/contracts';
import { namesPart } from '#libs/domain/naming';
import { liveHosts, stackOf, type World } from '#libs/domain/stack';

/** Tells agents who is found under which name: what changed to all of them, everything to one that asks. */
export class NamesMailer {
  readonly #mail: Mail;
  /** Of each stack: the generation that was told last. */
  readonly #told = new Map<StackName, Generation>();

  constructor(mail: Mail) {
    this.#mail = mail;
  }

  tellOfChanges(world: World, stacks: readonly StackName[]): void {
    const parts = partsOf(world, stacks).filter((part) => this.#isNews(part));
    if (parts.length === 0) return;
    for (const { stack, generation } of parts) this.#told.set(stack, generation);
    for (const { host } of liveHosts(world)) this.#mail.send(`host/${host}`, state(world, host, parts, false));
  }

  answer(world: World, host: HostId): void {
    this.#mail.send(`host/${host}`, state(world, host, partsOf(world, world.stacks.keys()), true));
  }

  #isNews({ stack, generation }: NamesPart): boolean {
    const told = this.#told.get(stack);
    return told === undefined || compareGenerations(told, generation) !== 0;
  }
}

const partsOf = (world: World, stacks: readonly StackName[]): readonly NamesPart[] =>
  [...stacks].sort().flatMap((stack) => namesPart(stackOf(world, stack)) ?? []);

const state = ({ incarnation, position }: World, host: HostId, parts: readonly NamesPart[], full: boolean): NamesState => ({
  type: 'HostState',
  host,
  kind: 'names',
  asOf: { incarnation, position },
  full,
  parts,
});
