import type { ContainerId, DoorsPart, EventId, NamesPart, StackName } from '#libs/contracts';
import { type CallerTable, HostProxy, HostResolver, type NamesLevel, type ProxyLevel } from './ports.ts';

/** A proxy in memory: prepares every draft that is not listed as refused, and serves what it is told at once. */
export class InMemoryProxy extends HostProxy {
  readonly refusals = new Map<EventId, string>();
  running: Record<StackName, readonly ContainerId[]> = {};
  parts: readonly DoorsPart[] = [];

  async ensureRunning(): Promise<void> {}

  async apply(parts: readonly DoorsPart[]): Promise<readonly ProxyLevel[]> {
    this.parts = parts;
    return parts.map(({ stack, live, drafts }) => ({
      stack,
      drafts: drafts.map(({ draft }) => ({ draft, refused: this.refusals.get(draft) ?? null })),
      doors: live && { generation: live.generation, since: 0 },
    }));
  }

  async busy(): Promise<Readonly<Record<StackName, readonly ContainerId[]>>> {
    return this.running;
  }
}

/** A resolver in memory. */
export class InMemoryResolver extends HostResolver {
  callers: CallerTable = {};
  parts: readonly NamesPart[] = [];

  async ensureRunning(): Promise<void> {}

  async registerCallers(callers: CallerTable): Promise<void> {
    this.callers = callers;
  }

  async apply(parts: readonly NamesPart[]): Promise<readonly NamesLevel[]> {
    this.parts = parts;
    return parts.map(({ stack, generation }) => ({ stack, generation }));
  }
}
