import type { ContainerId, ContainerSpec } from '#libs/contracts';
import type { Goal, ObservedContainer } from '#libs/domain/host';
import { openEnvironment } from '../docker/container-options.ts';
import { maskSecrets } from '../docker/output.ts';
import type { Engine } from '../ports.ts';

interface Kept {
  readonly of: string;
  readonly text: string;
}

/** The last lines of containers that failed, read once for each failure. */
export class Outputs {
  readonly #engine: Engine;
  readonly #kept = new Map<ContainerId, Kept>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  of(container: ContainerId): string | null {
    return this.#kept.get(container)?.text ?? null;
  }

  async match(goals: readonly Goal[], observed: readonly ObservedContainer[], keys: Readonly<Record<string, string>>): Promise<void> {
    const specs = new Map(goals.flatMap((goal) => (goal.goal === 'gone' ? [] : [[goal.container, goal.spec] as const])));
    const failed = observed.filter(hasFailed).filter(({ container }) => specs.has(container));
    const names = new Set(failed.map(({ container }) => container));
    for (const container of this.#kept.keys()) if (!names.has(container)) this.#kept.delete(container);
    await Promise.all(failed.map((container) => this.#keep(container, specs.get(container.container), keys)));
  }

  async #keep(observed: ObservedContainer, spec: ContainerSpec | undefined, keys: Readonly<Record<string, string>>): Promise<void> {
    const of = `${observed.run} ${observed.state}`;
    if (!spec || this.#kept.get(observed.container)?.of === of) return;
    const environment = openEnvironment(spec, keys);
    const text = maskSecrets(await this.#engine.tail(observed.container), environment);
    this.#kept.set(observed.container, { of, text });
  }
}

const hasFailed = ({ state, run, check }: ObservedContainer): boolean =>
  run !== null && (state === 'exited' || (state === 'running' && check?.status === 'unhealthy'));
