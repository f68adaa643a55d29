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
  /** Any of them may have. */
  readonly imagesChanged: () => void;
}

interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

const RECONNECT_MS = 1000;

/** Follows the engine's events of this host's containers and of images, and connects again when a stream ends. */
export const watchEvents = (options: Options): { stop(): Promise<void> } => {
  const { host, changed, imagesChanged } = options;
  const stopping = new AbortController();
  const ofContainers = follow(options, stopping.signal, {
    filters: { type: ['container'], label: [`${LABELS.host}=${host}`] },
    connected: () => changed(null),
    told: (event) => {
      const container = event.Actor?.Attributes?.[LABELS.container] as ContainerId | undefined;
      // A health check's own commands are no news; its verdict is.
      if (container && !event.Action?.startsWith('exec_')) changed(container);
    },
  });
  const ofImages = follow(options, stopping.signal, { filters: { type: ['image'] }, connected: imagesChanged, told: imagesChanged });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([ofContainers, ofImages]);
    },
  };
};

interface Stream {
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Anything may have changed before. */
  readonly connected: () => void;
  readonly told: (event: EngineEvent) => void;
}

const follow = async ({ docker, clock, report }: Options, stopping: AbortSignal, { filters, connected, told }: Stream): Promise<void> => {
  const once = async (): Promise<void> => {
    const stream = (await docker.getEvents({ filters: JSON.stringify(filters) })) as unknown as Readable;
    if (stopping.aborted) stream.destroy();
    stopping.addEventListener('abort', () => stream.destroy());
    connected();
    for await (const event of jsonLines<EngineEvent>(stream)) told(event);
  };
  while (!stopping.aborted) {
    await once().catch((cause: unknown) => {
      if (!stopping.aborted) report('follow the events of the engine', cause);
    });
    await clock.sleep(RECONNECT_MS, stopping).catch(() => undefined);
  }
};
