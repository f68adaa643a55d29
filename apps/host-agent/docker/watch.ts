import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '#libs/clock';
import type { ContainerId, HostId } from '#libs/contracts';
import { LABELS } from './container-options.ts';
import { jsonLines } from './json-lines.ts';

interface Options {
  readonly docker: Docker;
  readonly host: HostId;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** Null: anything may have changed. */
  readonly changed: (container: ContainerId | null) => void;
}

interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

const RECONNECT_MS = 1000;

/** Follows the engine's events of this host's containers, and connects again when the stream ends. */
export const watchEvents = ({ docker, host, clock, report, changed }: Options): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const follow = async (): Promise<void> => {
    const filters = JSON.stringify({ type: ['container'], label: [`${LABELS.host}=${host}`] });
    const stream = (await docker.getEvents({ filters })) as unknown as Readable;
    if (stopping.signal.aborted) stream.destroy();
    stopping.signal.addEventListener('abort', () => stream.destroy());
    changed(null);
    for await (const event of jsonLines<EngineEvent>(stream)) {
      const container = event.Actor?.Attributes?.[LABELS.container] as ContainerId | undefined;
      // A health check's own commands are no news; its verdict is.
      if (container && !event.Action?.startsWith('exec_')) changed(container);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await follow().catch((cause: unknown) => {
        if (!stopping.signal.aborted) report('follow the events of the engine', cause);
      });
      await clock.sleep(RECONNECT_MS, stopping.signal).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};
