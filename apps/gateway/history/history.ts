import type { BerthEvent, Diff, Manifest, NamesAt, PsAt, RoutesAt, StackName } from '#libs/contracts';
import type { StackState } from '#libs/domain/stack';
import type { Seals } from '#libs/event-log';
import { namesOf, psOf, routesOf } from './answers.ts';
import { compareStates, promotedManifest } from './compare.ts';
import { type Place, placeOf } from './moments.ts';
import type { Past } from './past.ts';
import { keyIdsOf } from './settings.ts';

/** Answers about the past. */
export class History {
  readonly past: Past;
  readonly #seals: Seals;

  constructor(past: Past, seals: Seals) {
    this.past = past;
    this.#seals = seals;
  }

  hear(events: readonly BerthEvent[]): void {
    this.past.hear(events);
  }

  async ps(text: string, stack: StackName | undefined): Promise<PsAt> {
    const { moment, states } = await this.#at(text, stack);
    return { moment, containers: states.flatMap(psOf) };
  }

  async names(text: string, stack: StackName | undefined): Promise<NamesAt> {
    const { moment, states } = await this.#at(text, stack);
    return { moment, names: states.flatMap(namesOf) };
  }

  async routes(text: string, stack: StackName | undefined): Promise<RoutesAt> {
    const { moment, states } = await this.#at(text, stack);
    return { moment, routes: states.flatMap(routesOf) };
  }

  /** Of two versions their own settings are compared, of two moments those of the promoted versions. */
  async diff(from: string, to: string, wanted: StackName | undefined): Promise<Diff> {
    const [a, b] = [await placeOf(this.past, from), await placeOf(this.past, to)];
    const stack = wanted ?? a.version?.stack ?? b.version?.stack;
    const differences = [];
    for (const name of stack === undefined ? await this.past.stacks() : [stack]) {
      const before = await this.past.stateAt(name, a.position);
      const after = await this.past.stateAt(name, b.position);
      const manifests = [manifestOf(before, a), manifestOf(after, b)] as const;
      differences.push(...compareStates([before, after], manifests, await this.#seals.keys(keyIdsOf(manifests))));
    }
    return { from: await this.past.momentAt(a.position), to: await this.past.momentAt(b.position), differences };
  }

  async #at(text: string, stack: StackName | undefined) {
    const { position } = await placeOf(this.past, text);
    const stacks = stack === undefined ? await this.past.stacks() : [stack];
    const states: StackState[] = [];
    for (const name of stacks) states.push(await this.past.stateAt(name, position));
    return { moment: await this.past.momentAt(position), states };
  }
}

const manifestOf = (state: StackState, { version }: Place): Manifest | null =>
  version === null ? promotedManifest(state) : (state.versions[version.version]?.manifest ?? null);
