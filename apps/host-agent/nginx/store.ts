import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerId, DoorSet, EventId, StackName } from '#libs/contracts';
import { readWhole, writeWhole } from '../state/whole-file.ts';
import { readDoors, type ServedDoors, writeDoors } from './doors-text.ts';
import { withPaths } from './target.ts';

export interface StoredDraft extends DoorSet {
  readonly stack: StackName;
  readonly draft: EventId;
}

export type ByStack = Readonly<Record<StackName, readonly ContainerId[]>>;

/** What outlives everything: `state/stacks` and `state/<stack>.doors`, which Nginx loads at its start, and `drafts/<id>.json`. */
export class Store {
  readonly #state: string;
  readonly #drafts: string;
  readonly #orphaned: string;

  constructor(prefix: string) {
    this.#state = join(prefix, 'state');
    this.#drafts = join(prefix, 'drafts');
    this.#orphaned = join(prefix, 'orphaned.json');
  }

  async served(): Promise<ReadonlyMap<StackName, ServedDoors>> {
    const served = new Map<StackName, ServedDoors>();
    for (const stack of await this.#stacks()) {
      const text = await readWhole(this.#doorsOf(stack));
      if (text !== null) served.set(stack, readDoors(text));
    }
    return served;
  }

  async keep(stack: StackName, doors: ServedDoors): Promise<void> {
    await writeWhole(this.#doorsOf(stack), writeDoors(doors));
    const stacks = await this.#stacks();
    if (!stacks.includes(stack)) await this.#list([...stacks, stack]);
  }

  async drop(stack: StackName): Promise<void> {
    await this.#list((await this.#stacks()).filter((known) => known !== stack));
    await rm(this.#doorsOf(stack), { force: true });
  }

  async drafts(): Promise<readonly StoredDraft[]> {
    const names = (await readdir(this.#drafts)).filter((name) => name.endsWith('.json')).sort();
    const texts = await Promise.all(names.map((name) => readWhole(join(this.#drafts, name))));
    return texts.flatMap((text) => (text === null ? [] : [withPaths(JSON.parse(text) as StoredDraft)]));
  }

  async keepDraft(draft: StoredDraft): Promise<void> {
    await writeWhole(this.#draftOf(draft.draft), JSON.stringify(draft));
  }

  async dropDraft(draft: EventId): Promise<void> {
    await rm(this.#draftOf(draft), { force: true });
  }

  /** Containers with requests in workers that lost their master, whose counts the Nginx after it does not have. */
  async orphaned(): Promise<ByStack> {
    return JSON.parse((await readWhole(this.#orphaned)) ?? '{}');
  }

  async keepOrphaned(busy: ByStack): Promise<void> {
    await writeWhole(this.#orphaned, JSON.stringify(busy));
  }

  async #stacks(): Promise<readonly StackName[]> {
    return ((await readWhole(join(this.#state, 'stacks'))) ?? '').split('\n').filter((name) => name !== '') as StackName[];
  }

  async #list(stacks: readonly StackName[]): Promise<void> {
    const lines = [...stacks].sort().map((stack) => `${stack}\n`);
    await writeWhole(join(this.#state, 'stacks'), lines.join(''));
  }

  #doorsOf(stack: StackName): string {
    return join(this.#state, `${stack}.doors`);
  }

  #draftOf(draft: EventId): string {
    return join(this.#drafts, `${draft}.json`);
  }
}
