import type { ContainerId, ContainersPart, DesiredContainer, ServiceName, StackName } from '#libs/contracts';

/** A container of this host as the engine shows it. */
export interface ObservedContainer {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: ServiceName;
  readonly version: number;
  /** The fingerprint of the spec that it was made from. */
  readonly fingerprint: string;
  /** `leaving`: the engine is taking it away. */
  readonly state: 'created' | 'running' | 'exited' | 'leaving';
  readonly engineId: string;
  /** Names this start of it; null when it never ran. */
  readonly run: string | null;
  readonly image: string;
  readonly address: string | null;
  /** Its main process; null while it does not run. */
  readonly pid: number | null;
  readonly exitCode: number | null;
  readonly oom: boolean;
  /** What the engine's own health check says, and how its last probe failed; null where it has none. */
  readonly check: {
    readonly status: 'starting' | 'healthy' | 'unhealthy';
    readonly message: string;
    readonly exitCode: number | null;
  } | null;
}

export type Goal = DesiredContainer & { readonly container: ContainerId; readonly stack: StackName };

/** One goal per container, ordered by id. Where two parts disagree, `gone` wins. */
export const goalsOf = (parts: readonly ContainersPart[]): readonly Goal[] => {
  const goals = new Map<ContainerId, Goal>();
  for (const { stack, containers } of parts) {
    for (const desired of containers) {
      const container = desired.goal === 'gone' ? desired.container : desired.spec.container;
      if (goals.get(container)?.goal !== 'gone') goals.set(container, { ...desired, container, stack });
    }
  }
  return [...goals.values()].sort((a, b) => (a.container < b.container ? -1 : 1));
};
