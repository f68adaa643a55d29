import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { Feed } from '#libs/bus';
import { BusStrategy } from '#libs/bus/nest';
import type { Running } from '#libs/service';
import { DnsCentralModule } from './dns-central.module.ts';
import { DnsCentral, type DnsCentralPorts } from './dns-central.ts';
import { type ListenAt, listenCentral } from './server/central-server.ts';

export interface DnsCentralOptions extends Omit<DnsCentralPorts, 'zone'> {
  readonly feed: Feed;
  readonly settings: { readonly listen: ListenAt; readonly zone: string };
}

/** Returns when it has read the log and answers by it. `listen` says the port where 0 was wished. */
export const startDnsCentral = async ({
  feed,
  settings,
  ...ports
}: DnsCentralOptions): Promise<Running & { readonly listen: ListenAt }> => {
  const strategy = new BusStrategy({ feed, mail: ports.mail, consumer: 'dns-central', address: 'dns-central' });
  const app = await NestFactory.createMicroservice(DnsCentralModule.with({ ...ports, zone: settings.zone }), {
    strategy,
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  const dnsCentral = app.get(DnsCentral);
  const close = async (): Promise<void> => {
    await app.close();
    await dnsCentral.stop();
  };
  try {
    await app.listen();
    await dnsCentral.start();
    const server = await listenCentral(() => dnsCentral.tables, settings.listen);
    return {
      ...dnsCentral.condition,
      listen: { address: server.address, port: server.port },
      close: async () => {
        await server.close();
        await close();
      },
    };
  } catch (cause) {
    await close();
    throw cause;
  }
};
