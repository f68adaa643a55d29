import type { Clock, Ids } from '#libs/clock';
import { rolloutDue } from '#libs/domain/rollout';
import type { Attachments, Seals } from '#libs/event-log';
import type { MemoryBeats } from '#libs/event-log/listening';
import { Reactor } from '#libs/event-log/react';
import { DnsCentral } from '../../../apps/dns-central/dns-central.ts';
import { ProxyConfigurator } from '../../../apps/proxy-configurator/proxy-configurator.ts';
import { Scheduler } from '../../../apps/scheduler/scheduler.ts';
import type { Process } from '../world/process.ts';
import type { Broker } from './broker.ts';
import { type PostOffice, SimulatedMail } from './post-office.ts';
import { SimulatedBeats } from './simulated-beats.ts';
import { type LogServer, SimulatedLog } from './simulated-log.ts';

export const SERVICES = ['scheduler', 'deployer', 'proxy-configurator', 'dns-central'] as const;
export type ServiceKind = (typeof SERVICES)[number];

export interface Ground {
  readonly process: Process;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly server: LogServer;
  readonly office: PostOffice;
  readonly broker: Broker;
  readonly seals: Seals;
  readonly attachments: Attachments;
  readonly beats: MemoryBeats;
  /** Replicas share the work by turns. */
  readonly isShared: boolean;
  readonly report: (problem: string, cause: unknown) => void;
}

/** Starts one service as its `start.ts` does, without Nest: subscribes first, then reads the log. Throws what hinders it. */
export const startService = async (kind: ServiceKind, ground: Ground): Promise<void> => {
  const { process, clock, ids, broker, office, seals, attachments, report } = ground;
  const log = new SimulatedLog(process, ground.server);
  const mail = new SimulatedMail(process, 'control', office);
  const feed = broker.feedOf(process);
  const turns = ground.isShared ? broker.turnsOf(process) : undefined;
  const beats = new SimulatedBeats(process, ground.beats, ground.server);
  const ports = { log, mail, feed, beats, turns, clock, ids, seals, attachments, report };
  if (kind === 'deployer') {
    const acts = turns ? 'in turn' : 'on feed';
    const reactor = new Reactor({ log, clock, ids, report, acts, beats, consumer: kind, due: rolloutDue });
    await feed.subscribe(kind, ({ events }) => reactor.take(events));
    await turns?.take(kind, ({ events }) => reactor.act(events));
    await reactor.start();
  } else if (kind === 'scheduler') {
    const scheduler = new Scheduler(ports);
    await feed.subscribe(kind, ({ events }) => scheduler.take(events));
    await turns?.take(kind, ({ events }) => scheduler.act(events));
    await mail.receive(kind, (message) => scheduler.receive(message));
    await scheduler.start();
  } else if (kind === 'proxy-configurator') {
    const configurator = new ProxyConfigurator(ports);
    await feed.subscribe(kind, (batch) => configurator.take(batch));
    await turns?.take(kind, (batch) => configurator.act(batch));
    await mail.receive(kind, async (message) => {
      if (message.type === 'StateWanted') configurator.answer(message.host);
    });
    await configurator.start();
  } else {
    const central = new DnsCentral({ log, mail, clock, ids, report, zone: 'berth.internal' });
    await feed.subscribe(kind, (batch) => central.take(batch));
    await mail.receive(kind, async (message) => {
      if (message.type === 'StateWanted') central.answer(message);
    });
    await central.start();
  }
};
