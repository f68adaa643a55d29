import { mkdir, readFile } from 'node:fs/promises';
import type { Clock, Ids } from '#libs/clock';
import { control, type ResolverState } from './control/routes.ts';
import { serveControl } from './control/server.ts';
import { Desk } from './dns/desk.ts';
import { Forwarder } from './dns/forwarder.ts';
import { type Listening, listen } from './dns/listen.ts';
import { Responder } from './dns/responder.ts';
import { others, type Upstream, upstreamsOf } from './dns/upstreams.ts';
import { WaitingRoom } from './dns/waiting-room.ts';
import { LiveTables } from './live-tables.ts';
import { loadTables, type Report } from './load.ts';
import { pathsOf } from './paths.ts';
import type { ResolverSettings } from './settings.ts';

const REREAD_MS = 5000;

export interface ResolverOptions {
  readonly settings: ResolverSettings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly report: Report;
  readonly pid: number;
}

/** Answers the names of one host's containers from the tables on its disk, whoever else is running. Returns when it can be controlled. */
export const startResolver = async ({ settings, clock, ids, report, pid }: ResolverOptions): Promise<{ close(): Promise<void> }> => {
  const paths = pathsOf(settings.home);
  await Promise.all([paths.names, paths.run].map((path) => mkdir(path, { recursive: true, mode: 0o700 })));
  const live = new LiveTables(settings.zone, settings.pool);
  await loadTables(settings.home, live, report);

  const waitingRoom = new WaitingRoom(clock);
  live.onCallers(() => waitingRoom.admit((address) => live.tables.callers.has(address)));
  const responder = new Responder({ tables: () => live.tables, self: settings.listen.address });
  const forwarder = new Forwarder({ clock, ids, upstreams: upstreamReader(settings, clock) });
  const desk = new Desk({ responder, waitingRoom, forwarder });

  let listening: Listening | null = null;
  const state = (): ResolverState => ({
    pid,
    version: settings.release,
    listen: settings.listen,
    zone: settings.zone,
    isListening: listening !== null,
    generations: live.generations,
    callersHash: live.callersHash,
  });
  const server = await serveControl(paths.socket, (request) => control(live, state, request));
  const stopping = new AbortController();
  const opening = listen(desk, clock, settings.listen, { signal: stopping.signal, report }).then((opened) => {
    listening = opened;
  });
  return {
    close: async () => {
      stopping.abort();
      await opening;
      listening?.close();
      waitingRoom.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** The host's own name servers, read again every few seconds: they change with the host's network. */
const upstreamReader = ({ upstreams, listen: self }: ResolverSettings, clock: Clock): (() => Promise<readonly Upstream[]>) => {
  if (upstreams !== null) return async () => others(upstreams, self);
  let read: Promise<readonly Upstream[]> = Promise.resolve([]);
  let until = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonic() < until) return read;
    until = clock.monotonic() + REREAD_MS;
    read = readFile('/etc/resolv.conf', 'utf8').then(
      (text) => upstreamsOf(text, self),
      () => [],
    );
    return read;
  };
};
