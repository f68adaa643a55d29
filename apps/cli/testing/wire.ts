import type { EventData, EventType } from '#libs/contracts';
import type { WireEvent } from '../api/wire-event.ts';

export const DEPLOYMENT = 'abcdefghijklmnop';
export const CONTAINER = 'shop-web-1-abcdefgh-1';
const DRAFT = '00000000-0000-7000-8000-000000000007';

/** An event as the API would send it, a second after the one before. Fields that no test reads are left out. */
export const wireEvent = <T extends EventType>(position: number, type: T, data: Partial<EventData<T>>): WireEvent =>
  ({
    id: type === 'DoorsDrawn' ? DRAFT : `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`,
    type,
    source: '/stack/shop',
    subject: 'shop',
    time: `2026-11-21T10:00:${String(position).padStart(2, '0')}.000Z`,
    position,
    actor: 'deployer',
    correlation: DEPLOYMENT,
    data: { stack: 'shop', deployment: DEPLOYMENT, container: CONTAINER, host: 'main', draft: DRAFT, version: 2, ...data },
  }) as unknown as WireEvent;

/** A deployment from its request to the moment before it ends. */
export const begunEvents = (): WireEvent[] => [
  wireEvent(1, 'DeployRequested', {}),
  wireEvent(2, 'VersionCreated', {}),
  wireEvent(3, 'DeploymentStarted', { replaces: 1 }),
  wireEvent(4, 'ContainersPlaced', {
    service: 'web' as never,
    placements: [{ container: CONTAINER, slot: 1, host: 'main', reason: 'the only host' } as never],
  }),
  wireEvent(5, 'ContainerStarted', { address: '10.64.0.5' }),
];

export const promotedEvents = (): WireEvent[] => [
  ...begunEvents(),
  wireEvent(6, 'ContainerHealthy', { by: 'healthcheck' }),
  wireEvent(7, 'DoorsDrawn', { mode: 'draft', servers: [{ key: 'shop:80:_' } as never] }),
  wireEvent(8, 'ProxyPrepared', {}),
  wireEvent(9, 'VersionPromoted', {}),
  wireEvent(10, 'SwitchCompleted', { proxies: ['main' as never], skewMs: 0 }),
];

type Cause = EventData<'DeployFailed'>['cause'];

export const failedEvents = (cause: Partial<Cause>): WireEvent[] => [
  ...begunEvents(),
  wireEvent(6, 'DeployFailed', {
    step: 'start',
    cause: {
      kind: 'container',
      message: 'it ended at start',
      fix: null,
      container: CONTAINER as never,
      exitCode: null,
      output: null,
      ...cause,
    },
  }),
];
