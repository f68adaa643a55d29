import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerId, DoorSet, EventId, StackName } from '#libs/contracts';
import { readDoors, type ServedDoors, writeDoors } from './doors-text.ts';
import { readWhole, remove, writeWhole } from './files.ts';

export interface StoredDraft extends DoorSet {
  readonly stack: StackName;
  readonly draft: EventId;
}

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

  served(): ReadonlyMap<StackName, ServedDoors> {
    return new Map(
      this.#stacks().flatMap((stack) => {
        const text = readWhole(this.#doorsOf(stack));
        return text === null ? [] : [[stack, readDoors(text)]];
      }),
    );
  }

  keep(stack: StackName, doors: ServedDoors): void {
    writeWhole(this.#doorsOf(stack), writeDoors(doors));
    const stacks = this.#stacks();
    if (!stacks.includes(stack)) this.#list([...stacks, stack]);
  }

  drop(stack: StackName): void {
    this.#list(this.#stacks().filter((known) => known !== stack));
    remove(this.#doorsOf(stack));
  }

  drafts(): readonly StoredDraft[] {
    return namesIn(this.#drafts).flatMap((name) => {
      const text = readWhole(join(this.#drafts, name));
      return text === null ? [] : [JSON.parse(text) as StoredDraft];
    });
  }

  keepDraft(draft: StoredDraft): void {
    writeWhole(this.#draftOf(draft.draft), JSON.stringify(draft));
  }

  dropDraft(draft: EventId): void {
    remove(this.#draftOf(draft));
  }

  /** Containers with requests in workers that lost their master, whose counts the next Nginx does not have. */
  orphaned(): Readonly<Record<StackName, readonly ContainerId[]>> {
    return JSON.parse(readWhole(this.#orphaned) ?? '{}');
  }

  keepOrphaned(busy: Readonly<Record<StackName, readonly ContainerId[]>>): void {
    writeWhole(this.#orphaned, JSON.stringify(busy));
  }

  dropOrphaned(): void {
    remove(this.#orphaned);
  }

  #stacks(): readonly StackName[] {
    return (readWhole(join(this.#state, 'stacks')) ?? '').split('\n').filter((name) => name !== '') as StackName[];
  }

  #list(stacks: readonly StackName[]): void {
    writeWhole(
      join(this.#state, 'stacks'),
      [...stacks]
        .sort()
        .map((stack) => `${stack}\n`)
        .join(''),
    );
  }

  #doorsOf(stack: StackName): string {
    return join(this.#state, `${stack}.doors`);
  }

  #draftOf(draft: EventId): string {
    return join(this.#drafts, `${draft}.json`);
  }
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`list ${folder}`, { cause });
  }
};
