import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Subscription } from '#libs/bus';
import { BusStrategy } from '#libs/bus/nest';
import { PostgresBeats } from '#libs/event-log/postgres';
import { ViewRunner } from '#libs/event-log/views';
import type { Running } from '#libs/service';
import { openArchive } from './archive/open.ts';
import { openDeadLetters } from './dead-letters/open.ts';
import { Followers } from './follow/followers.ts';
import { GatewayModule, type GatewayParts } from './gateway.module.ts';
import { History } from './history/history.ts';
import { historyView } from './history/history-view.ts';
import { Past } from './history/past.ts';
import { frontDoor } from './http/adapter.ts';
import { carries } from './http/front-door.ts';
import { open } from './http/listen.ts';
import type { GatewayPorts } from './ports.ts';
import { RequestsDesk } from './requests/requests-desk.ts';
import { checkSettings } from './settings.ts';
import { openDatabase } from './view/database.ts';
import { gatewayView } from './view/gateway-view.ts';
import { MentionsKeeper } from './view/mentions-keeper.ts';
import { ReadModel } from './view/read-model.ts';
import { Readiness } from './view/readiness.ts';
import { openWebhooks } from './webhooks/open.ts';
import { Present } from './world/present.ts';

export interface Gateway extends Running {
  /** `http://127.0.0.1:7070`, or `unix:/path`. */
  readonly url: string;
  /** How many dead letters there are and why the newest died, in words; null when there are none. */
  readonly deadLetters: () => Promise<string | null>;
}

/** For requests under way at the close. Clients also hold connections on which they never asked anything: those end with it too. */
const GRACE_MS = 2000;

/** Serves when it resolves: the read model has read the log to its head, and the feed keeps it there. */
export const startGateway = async (ports: GatewayPorts): Promise<Gateway> => {
  checkSettings(ports.settings);
  const { log, clock, pool, owner, report } = ports;
  const source = await openDatabase(pool, owner);
  const runner = new ViewRunner({ pool, log, report, view: gatewayView });
  const past = new Past({ log, clock, pool, report, runner: new ViewRunner({ pool, log, report, view: historyView }) });
  const mentions = new MentionsKeeper({ log, clock, pool, report });
  const { webhooks, sender } = await openWebhooks(ports);
  const deadLetters = await openDeadLetters(ports);
  const readModel = new ReadModel({ log, clock, beats: new PostgresBeats(pool), runner, source });
  const readiness = new Readiness({
    ...{ readModel, runner, others: [past, mentions], beside: ports.beside ?? (() => ({})) },
    knows: (authorization) => carries(authorization, ports.settings.token),
  });
  const parts = {
    readModel,
    readiness,
    webhooks,
    deadLetters,
    history: new History(past, ports.seals),
    archive: openArchive(ports),
    present: new Present(ports),
    runner,
    followers: new Followers({ log, clock, report }),
  };
  const app = await createApp(ports, parts);
  const messages: (Subscription | undefined)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(messages.map((subscription) => subscription?.close()));
    await Promise.all([parts.followers.close(), sender.close(), mentions.close()]);
    const cut = clock.after(GRACE_MS, () => app.getHttpServer().closeAllConnections());
    await app.close();
    cut.cancel();
    await runner.stop();
    await past.close();
    await parts.present.close();
    await parts.archive.close();
    await source.destroy();
  };
  try {
    await app.startAllMicroservices();
    await runner.start();
    mentions.start();
    sender.start();
    past.start();
    messages.push(await ports.requests?.subscribe((message) => app.get(RequestsDesk).take(message)));
    messages.push(await ports.deadLetters?.subscribe((letter) => deadLetters.keep(letter)));
    const condition = { position: () => runner.position, hindrance: () => runner.hindrance, remarks: () => readiness.remarks() };
    return { url: await open(app, ports.settings.listen), ...condition, deadLetters: () => deadLetters.words(), close };
  } catch (cause) {
    await close();
    throw cause;
  }
};

const createApp = async (ports: GatewayPorts, parts: GatewayParts): Promise<NestFastifyApplication> => {
  const { feed, mail, settings } = ports;
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(ports, parts), frontDoor(settings.token), {
    logger: ['error', 'warn'],
    abortOnError: false,
    bodyParser: false,
  });
  app.connectMicroservice({ strategy: new BusStrategy({ feed, mail, consumer: 'gateway' }) });
  return app;
};
