import type { Mail } from '#libs/bus';
import { compareGenerations, type Generation, type HostId, type NamesPart, type NamesState, type StackName } from '#libs/contracts';
import { holdingOf } from '#libs/domain/host';
import { isFoundFromAfar, namesPart } from '#libs/domain/naming';
import { containersOf, liveHosts, type StackState, stackOf, type World } from '#libs/domain/stack';

/** What is told of a stack, and to whom. */
interface Told {
  readonly generation: Generation;
  /** Hosts with containers of the stack; null where all are told. */
  readonly hosts: ReadonlySet<HostId> | null;
}

/**
 * Tells agents who is found under which name: what changed to all whom it may concern, everything to one that asks. Of a stack in which nothing
 * can be found from afar only the hosts of its own containers are told: in a large fleet that makes all the difference.
 */
export class NamesMailer {
  readonly #mail: Mail;
  readonly #told = new Map<StackName, Told>();

  constructor(mail: Mail) {
    this.#mail = mail;
  }

  tellOfChanges(world: World, stacks: readonly StackName[]): void {
    const byHost = new Map<HostId, NamesPart[]>();
    for (const stack of [...stacks].sort()) {
      const state = stackOf(world, stack);
      const part = this.#isNews(state) ? namesPart(state) : null;
      if (!part) continue;
      const hosts = isFoundFromAfar(state) ? null : holdersOf(state);
      this.#told.set(stack, { generation: part.generation, hosts });
      for (const host of hosts ?? world.hosts.keys()) byHost.set(host, [...(byHost.get(host) ?? []), part]);
    }
    if (byHost.size === 0) return;
    for (const { host } of liveHosts(world)) {
      const parts = byHost.get(host);
      if (parts) this.#mail.send(`host/${host}`, stateOf(world, host, parts, false));
    }
  }

  /** `holds`: what it has. Where that is all there is, it is not said again. */
  answer(world: World, host: HostId, holds?: string): void {
    const states = world.stacks.values().filter((state) => this.#concerns(state, host));
    const isTold = holds === holdingOf(states.map(({ stack, names }) => ({ stack, generation: names })));
    const parts = isTold ? [] : states.flatMap((state) => namesPart(state) ?? []);
    this.#mail.send(`host/${host}`, stateOf(world, host, parts, !isTold));
  }

  #concerns(state: StackState, host: HostId): boolean {
    if (Object.keys(state.versions).length === 0) return false;
    return isFoundFromAfar(state) || (this.#told.get(state.stack)?.hosts ?? holdersOf(state)).has(host);
  }

  #isNews({ stack, names }: StackState): boolean {
    const told = this.#told.get(stack);
    return told === undefined || compareGenerations(told.generation, names) !== 0;
  }
}

const holdersOf = (state: StackState): ReadonlySet<HostId> => new Set(containersOf(state).map(({ host }) => host));

const stateOf = ({ incarnation, position }: World, host: HostId, parts: readonly NamesPart[], full: boolean): NamesState => ({
  type: 'HostState',
  host,
  kind: 'names',
  asOf: { incarnation, position },
  full,
  parts,
});
